//! A guard that runs inside routing sees all path parameters. A guard outside routing must not guess them.

use axum::{
    Router,
    body::Body,
    extract::Request,
    routing::{any, get},
};
use logto_runtime::require_org_permission;
use tower::{Layer, ServiceExt};

use super::{Invite, Tenant, at_path, by_attribute, by_guard, unguarded};
use crate::support::{Answer, ask, get as request, send, with_token};

#[require_org_permission("invite:member", org = token)]
struct InToken;

#[require_org_permission("invite:member", org = header("x-organization-id"))]
struct InHeader;

#[require_org_permission("invite:member", org = path("organization_id"))]
struct InPath;

/// Calls a service that is not a router.
async fn call<S, B>(service: S, uri: &str, token: &str) -> Answer
where
    S: tower::Service<Request, Response = http::Response<B>, Error: std::fmt::Debug>,
    B: http_body::Body<Error: std::fmt::Debug>,
{
    Answer::of(service.oneshot(with_token(uri, token)).await.unwrap()).await
}

#[tokio::test]
async fn a_layer_around_a_router_does_not_guess_path_parameters() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let router = || {
        let router = Router::new()
            .route("/{organization_id}", get(unguarded))
            .route("/", get(unguarded));
        router.with_state(tenant.logto.clone())
    };
    let layer = tenant.logto.require::<Invite>();
    for uri in ["/acme", "/globex", "/", "/nowhere/at/all"] {
        let answer = call(layer.layer(router()), uri, &token).await;
        assert_eq!(answer, Answer::misconfigured(), "{uri}");
    }
    let lacking = call(
        tenant.logto.require::<InPath>().layer(router()),
        "/acme",
        &token,
    )
    .await;
    assert_eq!(lacking, Answer::misconfigured());
    let missing = Answer::missing("invite:member");
    let answer = layer.layer(router()).oneshot(request("/acme", &[])).await;
    assert_eq!(Answer::of(answer.unwrap()).await, missing);
}

#[tokio::test]
async fn a_layer_around_a_router_works_with_org_token_or_header() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let router = at_path("/{organization_id}")(get(unguarded)).with_state(tenant.logto.clone());
    let by_token = tenant.logto.require::<InToken>().layer(router.clone());
    assert_eq!(call(by_token, "/globex", &token).await, Answer::ok("acme"));
    let by_header = tenant.logto.require::<InHeader>().layer(router);
    for (organization, expected) in [("acme", Answer::ok("acme")), ("globex", Answer::mismatch())] {
        let mut request = with_token("/globex", &token);
        let headers = request.headers_mut();
        headers.insert("x-organization-id", organization.parse().unwrap());
        let answer = by_header.clone().oneshot(request).await.unwrap();
        assert_eq!(Answer::of(answer).await, expected, "{organization}");
    }
}

#[tokio::test]
async fn router_layers_see_the_parameters_of_every_route_below() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let inner = || {
        Router::new()
            .route("/members/{member_id}", get(unguarded))
            .route("/shared/{org_id}", get(unguarded))
    };
    let plain = || Router::new().nest("/{organization_id}", inner());
    let layer = || tenant.logto.require::<Invite>();
    for app in [
        plain().route_layer(layer()),
        plain().layer(layer()),
        Router::new().nest("/{organization_id}", inner().route_layer(layer())),
        Router::new().nest("/{organization_id}", inner().layer(layer())),
        Router::new().merge(plain().route_layer(layer())),
    ] {
        let app = app.with_state(tenant.logto.clone());
        for (uri, expected) in [
            ("/acme/members/1", Answer::ok("acme")),
            ("/globex/members/acme", Answer::mismatch()),
            ("/acme/shared/acme", Answer::ok("acme")),
            ("/acme/shared/globex", Answer::mismatch()),
        ] {
            assert_eq!(ask(&app, uri, &token).await, expected, "{uri}");
        }
    }
}

#[tokio::test]
async fn a_layer_between_two_routers_does_not_guess_parameters_of_the_inner_one() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let inner = || -> Router {
        let router = Router::new()
            .route("/members", get(unguarded))
            .route("/shared/{org_id}", get(unguarded));
        router.with_state(tenant.logto.clone())
    };
    let layered = || tenant.logto.require::<Invite>().layer(inner());
    let unnamed: Router = Router::new().nest_service("/api", layered());
    for uri in ["/api/members", "/api/shared/acme", "/api/shared/globex"] {
        assert_eq!(
            ask(&unnamed, uri, &token).await,
            Answer::misconfigured(),
            "{uri}"
        );
    }
    let named: Router = Router::new().nest_service("/{organization_id}", layered());
    assert_eq!(
        ask(&named, "/globex/members", &token).await,
        Answer::mismatch()
    );
    for uri in ["/acme/members", "/acme/shared/acme", "/acme/shared/globex"] {
        assert_eq!(
            ask(&named, uri, &token).await,
            Answer::misconfigured(),
            "{uri}"
        );
    }
    let explicit = tenant.logto.require::<InPath>().layer(inner());
    let explicit: Router = Router::new().nest_service("/{organization_id}", explicit);
    // The inner router could have a parameter of the same name, with another organization as its value.
    assert_eq!(
        ask(&explicit, "/acme/members", &token).await,
        Answer::misconfigured()
    );
    assert_eq!(
        ask(&explicit, "/globex/members", &token).await,
        Answer::mismatch()
    );
}

#[tokio::test]
async fn a_fallback_is_not_a_route_and_needs_an_explicit_org() {
    #[require_org_permission("invite:member", org = token)]
    async fn by_token() -> &'static str {
        "admitted"
    }
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let state = || tenant.logto.clone();
    for app in [
        Router::new().fallback(by_attribute).with_state(state()),
        Router::new().fallback(by_guard).with_state(state()),
        Router::new()
            .nest("/api", Router::new().fallback(by_guard))
            .with_state(state()),
    ] {
        for uri in ["/api/acme", "/api/globex"] {
            assert_eq!(
                ask(&app, uri, &token).await,
                Answer::misconfigured(),
                "{uri}"
            );
        }
    }
    let app = Router::new().fallback(by_token).with_state(state());
    assert_eq!(ask(&app, "/acme", &token).await, Answer::ok("admitted"));
    let nested = Router::new().nest("/o/{organization_id}", Router::new().fallback(by_guard));
    let nested = nested.with_state(state());
    assert_eq!(
        ask(&nested, "/o/globex/x", &token).await,
        Answer::mismatch()
    );
    assert_eq!(
        ask(&nested, "/o/acme/x", &token).await,
        Answer::misconfigured()
    );
}

#[tokio::test]
async fn a_handler_for_any_other_method_sees_the_parameters_of_its_route() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let routes = any(by_guard).get(by_attribute);
    let app = at_path("/{organization_id}")(routes).with_state(tenant.logto.clone());
    for (method, uri, expected) in [
        ("GET", "/acme", Answer::ok("acme")),
        ("GET", "/globex", Answer::mismatch()),
        ("DELETE", "/acme", Answer::ok("acme")),
        ("DELETE", "/globex", Answer::mismatch()),
    ] {
        let mut request = with_token(uri, &token);
        *request.method_mut() = method.parse().unwrap();
        assert_eq!(send(&app, request).await, expected, "{method} {uri}");
    }
}

#[tokio::test]
async fn on_a_handler_a_wildcard_is_a_parameter_like_any_other() {
    let tenant = Tenant::start();
    for (path, uri, expected) in [
        (
            "/{organization_id}/{*path}",
            "/acme/a/globex",
            Answer::ok("acme"),
        ),
        (
            "/{organization_id}/{*path}",
            "/globex/acme",
            Answer::mismatch(),
        ),
        (
            "/files/{*organization_id}",
            "/files/acme",
            Answer::ok("acme"),
        ),
        (
            "/files/{*organization_id}",
            "/files/acme/globex",
            Answer::mismatch(),
        ),
        (
            "/files/{*organization_id}",
            "/files/acme/",
            Answer::mismatch(),
        ),
        ("/files/{*path}", "/files/acme", Answer::misconfigured()),
    ] {
        // The service behind a layer can be a router for the rest of the path. So the layer accepts
        // nothing here.
        let layer = match expected.status {
            403 => Answer::mismatch(),
            _ => Answer::misconfigured(),
        };
        let place = at_path(path);
        tenant
            .expect_each(place, uri, "acme", &expected, &layer)
            .await;
    }
}

#[tokio::test]
async fn a_handler_served_without_a_router_is_outside_routing() {
    let tenant = Tenant::start();
    let token = tenant.organization_token("acme");
    let handler = axum::handler::Handler::with_state(by_guard, tenant.logto.clone());
    let answer = handler.oneshot(with_token("/acme", &token)).await.unwrap();
    assert_eq!(
        Answer::of(answer.map(Body::new)).await,
        Answer::misconfigured()
    );
}
