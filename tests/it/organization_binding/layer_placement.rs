//! Puts the layer of a guard at every place in `PLACES`. A layer may take the organization from the path only
//! after routing has ended. Until then, an inner router can read another organization from the rest of the
//! path. The layer has not compared this organization with the token.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::Response,
    routing::{any_service, get_service},
};
use http::header::AUTHORIZATION;
use logto_runtime::{Logto, Policy, require_org_permission};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use super::{
    Invite, Tenant,
    places::{Guarded, Known, PLACES, boxed, router},
};
use crate::support::{Answer, send};

#[require_org_permission("invite:member", org = path("organization_id"))]
struct InPath;

#[require_org_permission("invite:member", org = header("x-organization-id"))]
struct InHeader;

#[require_org_permission("invite:member", org = token)]
struct InToken;

/// Wraps a service in a guard, with `.leaf()` if the last argument is `true`.
type Wrap = fn(&Logto, Guarded, bool) -> Guarded;

fn with_body<B>(response: http::Response<B>) -> Response
where
    B: http_body::Body<Data = axum::body::Bytes, Error: Into<tower::BoxError>> + Send + 'static,
{
    response.map(Body::new)
}

fn alone<P: Policy>(logto: &Logto, inner: Guarded, leaf: bool) -> Guarded {
    let layer = logto.require::<P>();
    let layer = if leaf { layer.leaf() } else { layer };
    boxed(layer.layer(inner).map_response(with_body))
}

fn outermost<P: Policy>(logto: &Logto, inner: Guarded, leaf: bool) -> Guarded {
    let layer = logto.require::<P>();
    let layer = if leaf { layer.leaf() } else { layer };
    let service = ServiceBuilder::new()
        .map_response(with_body)
        .layer(layer)
        .map_request(|request: Request| request)
        .service(inner);
    boxed(service)
}

fn innermost<P: Policy>(logto: &Logto, inner: Guarded, leaf: bool) -> Guarded {
    let layer = logto.require::<P>();
    let layer = if leaf { layer.leaf() } else { layer };
    let service = ServiceBuilder::new()
        .map_request(|request: Request| request)
        .map_response(with_body)
        .layer(layer)
        .service(inner);
    boxed(service)
}

/// A service that reads no path parameters.
fn leaf() -> Guarded {
    boxed(service_fn(async |_: Request| {
        Ok::<_, Infallible>(Response::new(Body::from("in")))
    }))
}

/// The source of the organization in a policy.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    /// The policy does not have `org`.
    Route,
    /// The policy has `org = path(…)`.
    Path,
    Header,
    Token,
}

/// Returns the answer that a guard must give to a token of acme.
fn expected(source: Source, known: Known, organization: &str, leaf: bool) -> Answer {
    let ended = known.ended || leaf;
    match (known.organization, source) {
        (Some(_), _) if organization != "acme" => Answer::mismatch(),
        (_, Source::Header | Source::Token) => admitted(),
        (Some(_), Source::Route | Source::Path) | (None, Source::Route)
            if ended && !known.unrecognised =>
        {
            admitted()
        }
        _ => Answer::misconfigured(),
    }
}

fn admitted() -> Answer {
    Answer {
        content_type: None,
        ..Answer::ok("in")
    }
}

async fn answer(app: &Router, uri: &str, token: &str) -> Answer {
    let request = http::Request::get(uri)
        .header("x-organization-id", "acme")
        .header(AUTHORIZATION, format!("Bearer {token}"));
    send(app, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_layer_accepts_an_organization_of_the_path_only_where_routing_has_ended() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let wraps: [(Source, [Wrap; 3]); 4] = [
        (
            Source::Route,
            [alone::<Invite>, outermost::<Invite>, innermost::<Invite>],
        ),
        (
            Source::Path,
            [alone::<InPath>, outermost::<InPath>, innermost::<InPath>],
        ),
        (
            Source::Header,
            [
                alone::<InHeader>,
                outermost::<InHeader>,
                innermost::<InHeader>,
            ],
        ),
        (
            Source::Token,
            [alone::<InToken>, outermost::<InToken>, innermost::<InToken>],
        ),
    ];
    for (place, register, uri, known) in PLACES {
        for (source, wraps) in &wraps {
            for (way, wrap) in wraps.iter().enumerate() {
                for is_leaf in [false, true] {
                    let app = register(wrap(&tenant.logto, leaf(), is_leaf));
                    for organization in ["acme", "globex"] {
                        let uri = uri.replace("ORG", organization);
                        assert_eq!(
                            answer(&app, &uri, &token).await,
                            expected(*source, *known, organization, is_leaf),
                            "{place}, {source:?}, way {way}, leaf {is_leaf}: {uri}"
                        );
                    }
                }
            }
        }
    }
}

/// The inner router reads an organization from a path parameter that the layer does not see. A token of acme
/// must not be accepted for globex.
#[tokio::test]
async fn a_layer_around_a_router_refuses_an_organization_that_it_cannot_see() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let inner = &[
        "/shared/{org_id}",
        "/shared/{organization_id}",
        "/{organization_id}/shared/{org_id}",
        "/{id}/shared/{organization_id}",
    ];
    let wraps: [Wrap; 6] = [
        alone::<Invite>,
        outermost::<Invite>,
        innermost::<Invite>,
        alone::<InPath>,
        outermost::<InPath>,
        innermost::<InPath>,
    ];
    for wrap in wraps {
        for path in inner {
            let guarded = || wrap(&tenant.logto, router(&[path]), false);
            let apps: [Router; 6] = [
                Router::new().route_service("/{organization_id}/{*rest}", guarded()),
                Router::new().route("/{organization_id}/{*rest}", any_service(guarded())),
                Router::new().route("/{organization_id}/{*rest}", get_service(guarded())),
                Router::new().nest_service("/{organization_id}", guarded()),
                Router::new().nest(
                    "/acme/{organization_id}",
                    Router::new().fallback_service(guarded()),
                ),
                Router::new().fallback_service(guarded()),
            ];
            for (number, app) in apps.iter().enumerate() {
                for uri in [
                    "/acme/shared/globex",
                    "/acme/globex/shared/globex",
                    "/acme/acme/shared/globex",
                ] {
                    let answer = answer(app, uri, &token).await;
                    let refused = [500, 403, 404].contains(&answer.status);
                    assert!(refused, "app {number}, {path}: {uri}: {answer:?}");
                }
            }
        }
    }
}

/// Routing has ended at the inner route, although the outer router used a wildcard.
#[tokio::test]
async fn a_wildcard_of_an_outer_router_does_not_matter_to_a_layer_inside() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let guarded = alone::<Invite>(&tenant.logto, leaf(), false);
    let inner: Router = Router::new().route_service("/o/{organization_id}", guarded);
    let outer: Router = Router::new().route("/{*path}", any_service(inner));
    let acme = answer(&outer, "/o/acme", &token).await;
    assert_eq!(acme, admitted());
    let globex = answer(&outer, "/o/globex", &token).await;
    assert_eq!(globex, Answer::mismatch());
}
