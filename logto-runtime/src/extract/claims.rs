//! [`Claims`], the extractor for custom claims.

use std::future::Future;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::{
    auth_info::with_our_audience,
    authenticate::{Extracting, authenticate},
    under::FromLogto,
};
use crate::{
    answer::{Rejection, cause::Cause},
    logto::{Logto, rejection_context::RejectionContext, state::LogtoState},
};

/// The claims of the caller's token, deserialized into a type of yours.
///
/// Logto puts custom claims next to its own. Claims that the type does not name are ignored. If a claim does
/// not fit the type, or a required claim is missing, the response is 401 `Invalid token`. The program's log
/// names the claim.
///
/// ```
/// use logto_runtime::Claims;
///
/// #[derive(serde::Deserialize)]
/// struct Plan {
///     plan: String,
/// }
///
/// async fn plan(Claims(claims): Claims<Plan>) -> String {
///     claims.plan
/// }
/// # let _: axum::Router<logto_runtime::Logto> =
/// #     axum::Router::new().route("/", axum::routing::get(plan));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Claims<T>(
    /// The deserialized claims.
    pub T,
);

impl<S, T> FromRequestParts<S> for Claims<T>
where
    S: LogtoState,
    T: DeserializeOwned + Send,
{
    type Rejection = Rejection;

    fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, Rejection>> + Send {
        Self::from_logto(parts, state.logto())
    }
}

impl<T: DeserializeOwned + Send> FromLogto for Claims<T> {
    fn from_logto(parts: &mut Parts, logto: Option<Logto>) -> Extracting<'_, Self> {
        authenticate(parts, logto, None, |auth, parts| {
            let auth = with_our_audience(auth, parts)?;
            let claims = auth.claims().map_err(|error| {
                let cause = Cause::Claims(error.member().to_owned());
                let context = RejectionContext::in_request(None, &parts.extensions);
                auth.logto().reject(cause, context, Some(auth.verified()))
            })?;
            auth.report_granted();
            Ok(Self(claims))
        })
    }
}
