//! A router with trivial handlers for the measurements: unguarded, and behind the common kinds of guards.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::{FromRef, FromRequestParts, Request},
    http::{header::AUTHORIZATION, request::Parts},
    routing::get,
};
use logto_runtime::{
    AuthInfo, Guard, Logto, OrganizationId, require_auth, require_org_scopes, require_scopes,
};
use tokio::runtime::Runtime;
use tower::layer::util::Identity;
use tower_service::Service;

use crate::case::runtime;

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
}

async fn unguarded() -> &'static str {
    "ok"
}

/// An extractor that does nothing. It shows the cost of an extractor in axum itself.
struct Nothing;

impl<S: Sync> FromRequestParts<S> for Nothing {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

async fn extracts_nothing(_: Nothing) -> &'static str {
    "ok"
}

#[require_auth]
async fn authenticated() -> &'static str {
    "ok"
}

#[require_scopes("read:products", "write:orders")]
async fn scopes() -> &'static str {
    "ok"
}

#[require_scopes("read:products")]
async fn guard_and_caller(auth: AuthInfo) -> &'static str {
    if auth.has_scope("read:products") {
        "ok"
    } else {
        "no"
    }
}

#[require_org_scopes("read:products", "write:orders")]
async fn organization() -> &'static str {
    "ok"
}

#[require_scopes("write:orders")]
pub struct WriteOrders;

async fn three_extractors(
    _: Guard<OrganizationOrders>,
    _: AuthInfo,
    _: OrganizationId,
) -> &'static str {
    "ok"
}

#[require_org_scopes("write:orders")]
pub struct OrganizationOrders;

/// A measured route, and the unguarded handler on a route of the same shape.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub name: &'static str,
    pub path: &'static str,
    pub unguarded: &'static str,
    /// Whether the route needs an organization token.
    pub organization: bool,
}

pub const UNGUARDED: &str = "/a";
pub const UNGUARDED_IN_ORGANIZATION: &str = "/f/8q2w7e5r9t1y";

/// The index in [`ROUTES`] of the representative case: two scopes, without an organization.
pub const GUARDED: usize = 3;

pub const ROUTES: [Route; 8] = [
    Route::global("an extractor that does nothing", "/i"),
    Route::global("a layer that does nothing", "/j"),
    Route::global("require_auth", "/b"),
    Route::global("require_scopes, two scopes", "/c"),
    Route::global("require_scopes and AuthInfo", "/d"),
    Route::global("require layer", "/e"),
    Route::organization("require_org_scopes, path compared", "/g/8q2w7e5r9t1y"),
    Route::organization("guard, AuthInfo, OrganizationId", "/h/8q2w7e5r9t1y"),
];

impl Route {
    const fn global(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            path,
            unguarded: UNGUARDED,
            organization: false,
        }
    }

    const fn organization(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            path,
            unguarded: UNGUARDED_IN_ORGANIZATION,
            organization: true,
        }
    }
}

pub struct Api {
    router: Router,
    runtime: Runtime,
}

impl Api {
    pub fn new(logto: &Logto) -> Self {
        let layered = get(unguarded).layer(logto.require::<WriteOrders>());
        let router = Router::new()
            .route("/a", get(unguarded))
            .route("/i", get(extracts_nothing))
            .route("/j", get(unguarded).layer(Identity::new()))
            .route("/b", get(authenticated))
            .route("/c", get(scopes))
            .route("/d", get(guard_and_caller))
            .route("/e", layered)
            .route("/f/{organization_id}", get(unguarded))
            .route("/g/{organization_id}", get(organization))
            .route("/h/{organization_id}", get(three_extractors))
            .with_state(App {
                logto: logto.clone(),
            });
        Self {
            router,
            runtime: runtime(),
        }
    }

    /// Sends `count` requests to `path`. Every answer must have the status `status`.
    pub fn send(&mut self, path: &str, authorization: &str, status: u16, count: u64) {
        let Self { router, runtime } = self;
        runtime.block_on(async {
            for _ in 0..count {
                let request = Request::get(path)
                    .header(AUTHORIZATION, authorization)
                    .body(Body::empty())
                    .expect("a request");
                let Ok(response) = router.call(request).await;
                assert_eq!(response.status(), status, "{path}");
            }
        });
    }
}

pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}
