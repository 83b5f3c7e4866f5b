//! Places for a guarded service in a router. For each place, [`Known`] says what the layer of the guard can
//! know.

use std::convert::Infallible;

use axum::{
    Router,
    extract::Request,
    response::Response,
    routing::{any_service, get, get_service},
};
use tower::{Service, util::BoxCloneSyncService};

pub(super) type Guarded = BoxCloneSyncService<Request, Response, Infallible>;

pub(super) fn boxed<S>(service: S) -> Guarded
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    BoxCloneSyncService::new(service)
}

/// Returns a router with these paths.
pub(super) fn router(paths: &[&str]) -> Guarded {
    let router = paths.iter().fold(Router::new(), |router, path| {
        router.route(path, get(async || "in"))
    });
    boxed(router)
}

/// Builds a router with a guarded service at one place.
pub(super) type Place = fn(Guarded) -> Router;

/// The facts that the layer of a guard can know at a place.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// The organization that the layer sees in a path parameter.
    pub(super) organization: Option<&'static str>,
    /// Whether routing has ended.
    pub(super) ended: bool,
    /// Whether the route has parameters, but not one with a recognised name.
    pub(super) unrecognised: bool,
}

const fn ended(organization: Option<&'static str>) -> Known {
    Known {
        organization,
        ended: true,
        unrecognised: false,
    }
}

const fn goes_on(organization: Option<&'static str>) -> Known {
    Known {
        organization,
        ended: false,
        unrecognised: false,
    }
}

/// Each place has a name, a function that builds the router, a URI, and the [`Known`] facts. In a URI, `ORG`
/// stands for the organization.
pub(super) const PLACES: &[(&str, Place, &str, Known)] = &[
    (
        "route_service",
        |guarded| Router::new().route_service("/{organization_id}/files", guarded),
        "/ORG/files",
        ended(Some("ORG")),
    ),
    (
        "route_service without parameters",
        |guarded| Router::new().route_service("/files", guarded),
        "/files",
        ended(None),
    ),
    (
        "route_service with a wildcard",
        |guarded| Router::new().route_service("/{organization_id}/{*rest}", guarded),
        "/ORG/files",
        goes_on(Some("ORG")),
    ),
    (
        "route_service with a wildcard only",
        |guarded| Router::new().route_service("/{*rest}", guarded),
        "/ORG/files",
        Known {
            unrecognised: true,
            ..goes_on(None)
        },
    ),
    (
        "route_service with a wildcard at the end of a segment",
        |guarded| Router::new().route_service("/{organization_id}/f{*rest}", guarded),
        "/ORG/files",
        goes_on(Some("ORG")),
    ),
    (
        "route_service with only a wildcard at the end of a segment",
        |guarded| Router::new().route_service("/o{*rest}", guarded),
        "/o/ORG/files",
        Known {
            unrecognised: true,
            ..goes_on(None)
        },
    ),
    (
        "any_service",
        |guarded| Router::new().route("/{organization_id}/files", any_service(guarded)),
        "/ORG/files",
        ended(Some("ORG")),
    ),
    (
        "any_service with a wildcard",
        |guarded| Router::new().route("/{organization_id}/{*rest}", any_service(guarded)),
        "/ORG/files",
        goes_on(Some("ORG")),
    ),
    (
        "get_service with a wildcard",
        |guarded| Router::new().route("/{organization_id}/{*rest}", get_service(guarded)),
        "/ORG/files",
        goes_on(Some("ORG")),
    ),
    (
        "get_service in a nested router",
        |guarded| {
            let inner = Router::new().route("/files", get_service(guarded));
            Router::new().nest("/{organization_id}", inner)
        },
        "/ORG/files",
        ended(Some("ORG")),
    ),
    (
        "any_service with a wildcard in a nested router",
        |guarded| {
            let inner = Router::new().route("/{*rest}", any_service(guarded));
            Router::new().nest("/{organization_id}", inner)
        },
        "/ORG/files",
        goes_on(Some("ORG")),
    ),
    (
        "nest_service",
        |guarded| Router::new().nest_service("/{organization_id}", guarded),
        "/ORG/files",
        goes_on(Some("ORG")),
    ),
    (
        "nest_service without parameters",
        |guarded| Router::new().nest_service("/api", guarded),
        "/api/files",
        goes_on(None),
    ),
    (
        "nest_service in a nested service",
        |guarded| {
            let inner: Router = Router::new().nest_service("/files", guarded);
            Router::new().nest_service("/{organization_id}", inner)
        },
        "/ORG/files/x",
        goes_on(Some("ORG")),
    ),
    (
        "fallback_service",
        |guarded| Router::new().fallback_service(guarded),
        "/ORG/files",
        goes_on(None),
    ),
    (
        "fallback_service of a nested router",
        |guarded| {
            let inner = Router::new().fallback_service(guarded);
            Router::new().nest("/o/{organization_id}", inner)
        },
        "/o/ORG/files",
        goes_on(Some("ORG")),
    ),
];
