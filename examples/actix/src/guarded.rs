//! The guard for actix-web. Copy this file into your program.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin};

use actix_web::{
    Error, FromRequest, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::ErrorBadRequest,
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};
use http::{HeaderName, HeaderValue, Method, request::Parts};
use logto_runtime::{Guard, Logto, Policy, Rejection, RejectionCode};

/// Proof that the caller of this request meets the policy `P`. The app must have `web::Data<Logto>`.
///
/// Make `Guarded<P>` the first argument of the handler. Do not write `Option<Guarded<P>>`: actix-web turns
/// every rejection into `None`. If the token is optional, use [`MaybeGuarded`].
///
/// actix-web polls all extractors of a handler at the same time. So the body can be read before the guard
/// refuses the request. To prevent that, also wrap the resource in [`require`].
#[derive(Debug)]
pub struct Guarded<P>(pub Guard<P>);

impl<P: Policy + 'static> FromRequest for Guarded<P> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let logto = Data::<Logto>::extract(&request).await?;
            let names = request.match_info();
            let path: Vec<_> = names.iter().collect();
            let mut parts = parts(&request)?;
            let guard = logto.guard(&mut parts, Some(&path)).await;
            let guard = guard.map_err(Refused)?;
            // If a part of the path is unprocessed, this guard is around a `web::scope`. Then it does not
            // see the path parameters of the resources inside. The call above has compared the known ones.
            // This call gets `None`. It answers 500 if the policy must compare the path.
            if !names.unprocessed().is_empty() {
                let guard = logto.guard::<P>(&mut parts, None).await;
                guard.map_err(Refused)?;
            }
            Ok(Self(guard))
        })
    }
}

/// The caller, who must meet the policy `P`. `None` if the guard refuses the request with `missing_token`.
///
/// The program's log and the metrics show such a request as refused.
#[derive(Debug)]
pub struct MaybeGuarded<P>(pub Option<Guard<P>>);

impl<P: Policy + 'static> FromRequest for MaybeGuarded<P> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let guarded = Guarded::from_request(request, payload);
        Box::pin(async move {
            match guarded.await {
                Ok(Guarded(caller)) => Ok(Self(Some(caller))),
                Err(error) if is_missing_token(&error) => Ok(Self(None)),
                Err(error) => Err(error),
            }
        })
    }
}

fn is_missing_token(error: &Error) -> bool {
    let refused = error.as_error::<Refused>();
    refused.is_some_and(|refused| refused.0.code() == RejectionCode::MissingToken)
}

/// Lets a request pass if its caller meets the policy `P`. Decides before the body is read.
///
/// Example: `web::resource("/products").wrap(from_fn(require::<ReadProducts>))`.
///
/// # Errors
///
/// Returns an error only if the wrapped service returns one. For a rejection, returns a response, so that the
/// middlewares around this one see a response and not an error.
pub async fn require<P: Policy + 'static>(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match request.extract::<Guarded<P>>().await {
        Ok(_) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(error) => Ok(request.error_response(error)),
    }
}

/// Returns the method and the headers with the types of `http` 1. actix-web uses the types of `http` 0.2.
fn parts(request: &HttpRequest) -> Result<Parts, Error> {
    let invalid = ErrorBadRequest::<&str>;
    let (mut parts, ()) = http::Request::new(()).into_parts();
    let method = request.method().as_str();
    parts.method = Method::from_bytes(method.as_bytes()).map_err(|_| invalid("invalid method"))?;
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_ref()).map_err(|_| invalid("invalid header"))?;
        let value =
            HeaderValue::from_bytes(value.as_bytes()).map_err(|_| invalid("invalid header"))?;
        parts.headers.append(name, value);
    }
    Ok(parts)
}

/// The answer to a refused request.
#[derive(Debug)]
struct Refused(Rejection);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        let status = StatusCode::from_u16(self.0.status().as_u16());
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(challenge) = self.0.challenge() {
            response.insert_header((header::WWW_AUTHENTICATE, challenge.as_bytes()));
        }
        if let Some(wait) = self.0.retry_after() {
            response.insert_header((header::RETRY_AFTER, wait.as_secs()));
        }
        response.json(BTreeMap::from([("error", self.0.message())]))
    }
}
