//! [`TokenOr`], a guard that accepts an access token or another credential.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::{grant::pass_without_token, guard::Guard};
use crate::{
    logto::find::FindLogto,
    policy::{AnyPolicy, requirement::Requirement},
};

/// A credential of your own, such as an API key or a session, for [`TokenOr`].
///
/// Implement axum's [`OptionalFromRequestParts`] to read and check it. Return `None` if the request does not
/// have the credential. Return an error if the credential is wrong. The implementation may be asynchronous,
/// and gets the state of the router.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a credential: it does not implement `Credential`",
    label = "not a credential",
    note = "write `impl Credential for {Self} {{ const NAME: &'static str = \"API key\"; }}`, and \
            implement `OptionalFromRequestParts` for it"
)]
pub trait Credential: Send + 'static {
    /// The name of the credential in tables of routes, such as `API key`.
    const NAME: &'static str;
}

/// A guard that accepts the credential `K`, or an access token that meets `P`.
///
/// - If a request has the credential, the guard does not look at a token. A wrong credential is rejected,
///   even if the request has a valid token too.
/// - Any other request is decided as [`Guard<P>`](Guard) decides it.
///
/// This guard compares only tokens with the path. **The handler must compare the credential** with the
/// organization or the user that the path names
/// ([below](#where-the-path-names-an-organization-or-a-user)).
///
/// As the first argument, `TokenOr` guards the handler, as [`Guard`] does.
/// [`Routes`](crate::routes::Routes) accepts the handler, and the table of routes shows both alternatives.
///
/// ```
/// use axum::{extract::OptionalFromRequestParts, http::{StatusCode, request::Parts}};
/// use logto_runtime::{Credential, TokenOr, require_scopes};
///
/// #[require_scopes("read:models")]
/// struct ReadModels;
///
/// struct ApiKey {
///     owner: String,
/// }
///
/// impl Credential for ApiKey {
///     const NAME: &'static str = "API key";
/// }
///
/// impl<S: Sync> OptionalFromRequestParts<S> for ApiKey {
///     type Rejection = StatusCode;
///
///     async fn from_request_parts(
///         parts: &mut Parts,
///         _: &S,
///     ) -> Result<Option<Self>, StatusCode> {
///         let Some(key) = parts.headers.get("x-api-key") else {
///             return Ok(None);
///         };
///         let owner = owner_of(key.as_bytes()).await.ok_or(StatusCode::UNAUTHORIZED)?;
///         Ok(Some(Self { owner }))
///     }
/// }
///
/// async fn models(caller: TokenOr<ReadModels, ApiKey>) -> String {
///     match caller {
///         TokenOr::Token(guard) => format!("the models of {}", guard.subject()),
///         TokenOr::Credential(key) => format!("the models of {}", key.owner),
///     }
/// }
/// # async fn owner_of(_: &[u8]) -> Option<String> { None }
/// # let _: axum::Router<logto_runtime::Logto> =
/// #     axum::Router::new().route("/", axum::routing::get(models));
/// ```
///
/// # Where the path names an organization or a user
///
/// An organization policy, and a policy with `subject = path(…)`, compares the *token* with the path. Only
/// your program knows the organization or the user of a credential. So the handler compares the credential
/// with the path:
///
/// ```
/// # use axum::extract::{OptionalFromRequestParts, Path};
/// # use axum::http::{StatusCode, request::Parts};
/// # use logto_runtime::{Credential, TokenOr, require_org_scopes};
/// # struct ApiKey { organization: String }
/// # impl Credential for ApiKey { const NAME: &'static str = "API key"; }
/// # impl<S: Sync> OptionalFromRequestParts<S> for ApiKey {
/// #     type Rejection = StatusCode;
/// #     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Option<Self>, StatusCode> {
/// #         Ok(None)
/// #     }
/// # }
/// #[require_org_scopes("read:models")]
/// struct OrgModels;
///
/// async fn models(
///     caller: TokenOr<OrgModels, ApiKey>,
///     Path(organization_id): Path<String>,
/// ) -> Result<String, StatusCode> {
///     match caller {
///         TokenOr::Token(_) => {} // the guard has compared the organization
///         TokenOr::Credential(key) if key.organization == organization_id => {}
///         TokenOr::Credential(_) => return Err(StatusCode::FORBIDDEN),
///     }
///     Ok(format!("the models of {organization_id}"))
/// }
/// # let _: axum::Router<logto_runtime::Logto> = axum::Router::new()
/// #     .route("/organizations/{organization_id}/models", axum::routing::get(models));
/// ```
///
/// `#[require_any(P, credential = K)]` hides the credential from the handler, so this attribute does not
/// compile with an organization policy, or with `subject = path(…)`.
///
/// A guard that can't work on its route rejects every valid token and every credential with 500. Examples:
///
/// - a guard of global scopes without `org = any`, if the path names an organization;
/// - an organization policy without `org`, if the path has parameters and none of them names an organization.
#[derive(Clone, Debug)]
pub enum TokenOr<P, K> {
    /// The request has an access token that meets the policy.
    Token(Guard<P>),
    /// The request has the credential.
    Credential(K),
}

impl<P: AnyPolicy, K: Credential> TokenOr<P, K> {
    /// The policy or the credential, for the table of routes.
    pub(crate) const REQUIREMENT: Requirement =
        Requirement::any_of(&[P::REQUIREMENT, Requirement::by_hand(K::NAME)]);

    /// Returns a static reference to the requirement. For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn requirement() -> &'static Requirement {
        &Self::REQUIREMENT
    }
}

impl<P, K, S> FromRequestParts<S> for TokenOr<P, K>
where
    P: AnyPolicy,
    P::Finder: FindLogto<S>,
    K: Credential + OptionalFromRequestParts<S>,
    S: Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match K::from_request_parts(parts, state).await {
            Ok(Some(credential)) => {
                let logto = || P::Finder::find_logto(state);
                return pass_without_token(parts, logto, &P::REQUIREMENT)
                    .map(|()| Self::Credential(credential))
                    .map_err(IntoResponse::into_response);
            }
            Ok(None) => {}
            Err(rejection) => return Err(rejection.into_response()),
        }
        let guard = Guard::from_request_parts(parts, state).await;
        guard.map(Self::Token).map_err(IntoResponse::into_response)
    }
}
