//! Guards for a state type of another crate. Some are between other attributes, and one is in a macro.

use axum::{
    Json, Router,
    extract::{FromRequestParts, OptionalFromRequestParts, State},
    http::{StatusCode, request::Parts},
    middleware::from_extractor_with_state,
    routing::get,
};
use logto_runtime::{
    AuthInfo, Credential, Guard, OrganizationId, TokenOr, require_any, require_auth,
    require_org_permission, require_org_scopes, require_scopes,
};
use web_framework::AppContext;

mod state {
    pub(crate) mod of {
        pub(crate) fn logto(ctx: &web_framework::AppContext) -> Option<logto_runtime::Logto> {
            ctx.get()
        }

        pub(crate) fn sure(ctx: &web_framework::AppContext) -> logto_runtime::Logto {
            ctx.get().unwrap()
        }

        pub(crate) fn generic<S: Found>(ctx: &S) -> Option<logto_runtime::Logto> {
            ctx.found()
        }

        pub(crate) trait Found {
            fn found(&self) -> Option<logto_runtime::Logto>;
        }

        impl Found for web_framework::AppContext {
            fn found(&self) -> Option<logto_runtime::Logto> {
                self.get()
            }
        }
    }
}

#[require_auth(state = AppContext, logto = state::of::generic)]
struct Any;

#[require_scopes("a", org = any, client = "my-spa", subject = path("user_id"), state = AppContext, logto = state::of::sure)]
struct A;

#[require_org_permission("b", state = AppContext, logto = state::of::logto)]
pub struct B;

#[require_any(Any, B, state = web_framework::AppContext, logto = state::of::logto)]
struct Either;

#[tracing::instrument(skip(auth), fields(who = auth.subject()))]
#[require_scopes("a", state = AppContext, logto = state::of::logto)]
#[require_auth(subject = user, state = AppContext, logto = crate::foreign_state::state::of::logto)]
#[utoipa::path(get, path = "/")]
#[axum::debug_handler(state = AppContext)]
#[tracing::instrument(skip_all)]
pub(crate) async fn stacked(
    State(_): State<AppContext>,
    mut auth: AuthInfo,
    logto_runtime::Claims(plan): logto_runtime::Claims<serde_json::Value>,
    _: Option<AuthInfo>,
    _: std::option::Option<OrganizationId>,
) -> Json<serde_json::Value> {
    auth = auth.clone();
    let _ = auth;
    Json(plan)
}

#[require_org_scopes("a", org = token, state = AppContext, logto = state::of::logto)]
async fn organization(organization: OrganizationId, (of, _): (AuthInfoOf, State<AppContext>)) {
    let _ = (organization, of);
}

/// The attribute must not wrap this type: its name only begins with `AuthInfo`.
struct AuthInfoOf;

impl<S: Sync> FromRequestParts<S> for AuthInfoOf {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Ok(Self)
    }
}

#[require_any(A, B, state = AppContext, logto = state::of::logto)]
async fn alternatives(auth: AuthInfo, #[cfg(any())] absent: AuthInfo) -> String {
    auth.subject().to_owned()
}

struct ApiKey;

impl Credential for ApiKey {
    const NAME: &'static str = "API key";
}

impl<S: Sync> OptionalFromRequestParts<S> for ApiKey {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Option<Self>, StatusCode> {
        Ok(None)
    }
}

macro_rules! guarded {
    ($name:ident, $state:ty, $function:path, $argument:ty) => {
        #[require_auth(state = $state, logto = state::of::logto)]
        async fn $name(auth: AuthInfo, _: $argument) {
            let _ = (auth.subject(), $function);
        }
    };
}

guarded!(
    in_macro,
    AppContext,
    state::of::sure,
    Option<OrganizationId>
);

pub(crate) fn main() {
    let ctx = AppContext::default();
    let _: Router = Router::new()
        .route("/stacked", get(stacked))
        .route("/organization", get(organization))
        .route("/alternatives", get(alternatives))
        .route(
            "/guard",
            get(async |guard: Guard<A>| guard.subject().to_owned()),
        )
        .route("/either", get(async |_: Guard<Either>| ()))
        .route("/key", get(async |_: TokenOr<A, ApiKey>| ()))
        .route("/macro", get(in_macro))
        .route_layer(from_extractor_with_state::<Guard<Any>, _>(ctx.clone()))
        .with_state(ctx);
}
