//! [`Claims`], the extractor for custom claims.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::{
    answer::{Rejection, cause::Cause},
    logto::{asked::Asked, auth_info::AuthInfo, state::LogtoState},
};

/// The claims of the caller's token, deserialized into a type of yours.
///
/// Logto puts custom claims next to its own. Claims that the type does not name are ignored. If a
/// claim is missing or does not fit, the response is 401 `Invalid token`, and the log names the
/// member.
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
    S: LogtoState + Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let auth = AuthInfo::from_request_parts(parts, state).await?;
        auth.claims().map(Self).map_err(|error| {
            let cause = Cause::Claims(error.member().to_owned());
            let asked = Asked::in_request(None, &parts.extensions);
            auth.logto().reject(cause, asked, Some(auth.verified()))
        })
    }
}
