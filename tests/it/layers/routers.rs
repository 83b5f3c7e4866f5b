//! Layers on axum routers, on nested routers, and on fallback services.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
    routing::get as on_get,
};
use logto_runtime::{AuthInfo, Guard, Logto};
use tower::{Layer, ServiceBuilder, service_fn};

use super::{
    Anyone, InviteMembers, NOT_FOUND, ReadProducts, WriteProducts, insufficient, missing, reader,
    tenant,
};
use crate::support::{Answer, ask, get, send};

async fn subject(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

fn products() -> Router<Logto> {
    Router::new()
        .route("/products", on_get(subject))
        .route("/products/{id}", on_get(subject))
}

#[tokio::test]
async fn a_route_layer_guards_the_routes_above_it_and_no_other_path() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = products()
        .route_layer(logto.require::<ReadProducts>())
        .route("/public", on_get(async || "public"))
        .with_state(logto);
    let token = reader(&tenant).mint();
    let none = tenant.token().user("bob").scopes([""; 0]).mint();
    for uri in ["/products", "/products/1"] {
        assert_eq!(ask(&app, uri, &token).await, Answer::ok("alice"), "{uri}");
        let refused = insufficient("read:products");
        assert_eq!(ask(&app, uri, &none).await, refused, "{uri}");
        assert_eq!(send(&app, get(uri, &[])).await, missing(), "{uri}");
    }
    assert_eq!(send(&app, get("/public", &[])).await, Answer::ok("public"));
    assert_eq!(send(&app, get("/nowhere", &[])).await.status, NOT_FOUND);
}

#[tokio::test]
async fn a_layer_guards_paths_without_a_route_too() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = products()
        .layer(logto.require::<ReadProducts>())
        .with_state(logto);
    assert_eq!(send(&app, get("/nowhere", &[])).await, missing());
    let token = reader(&tenant).mint();
    assert_eq!(ask(&app, "/nowhere", &token).await.status, NOT_FOUND);
}

#[tokio::test]
async fn a_nested_router_has_the_guard_of_each_level() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let writes = Router::new()
        .route("/import", on_get(subject))
        .layer(logto.require::<WriteProducts>());
    let catalog = products()
        .nest("/bulk", writes)
        .layer(logto.require::<ReadProducts>());
    let app = Router::new()
        .nest("/catalog", catalog)
        .route("/public", on_get(async || "public"))
        .with_state(logto);
    let only_read = reader(&tenant).mint();
    let only_write = tenant.token().user("bob").scopes(["write:products"]).mint();
    let scopes = ["write:products", "read:products"];
    let both = tenant.token().user("carol").scopes(scopes).mint();
    for (uri, token, expected) in [
        ("/catalog/products", &only_read, Answer::ok("alice")),
        (
            "/catalog/products",
            &only_write,
            insufficient("read:products"),
        ),
        (
            "/catalog/bulk/import",
            &only_read,
            insufficient("write:products"),
        ),
        (
            "/catalog/bulk/import",
            &only_write,
            insufficient("read:products"),
        ),
        ("/catalog/bulk/import", &both, Answer::ok("carol")),
    ] {
        assert_eq!(ask(&app, uri, token).await, expected, "{uri}");
    }
    assert_eq!(send(&app, get("/public", &[])).await, Answer::ok("public"));
}

#[tokio::test]
async fn a_nested_router_sees_the_organization_in_its_prefix() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let inner = Router::new()
        .route("/invitations", on_get(async || "invited"))
        .layer(logto.require::<InviteMembers>());
    let app = Router::new()
        .nest("/organizations/{organization_id}", inner)
        .with_state(logto);
    let invite = tenant.token().organization("acme");
    let token = invite.scopes(["invite:member"]).mint();
    let acme = ask(&app, "/organizations/acme/invitations", &token).await;
    assert_eq!(acme, Answer::ok("invited"));
    let globex = ask(&app, "/organizations/globex/invitations", &token).await;
    assert_eq!(globex, Answer::mismatch());
}

#[tokio::test]
async fn a_guard_behind_the_layer_decides_too() {
    async fn write(caller: Guard<WriteProducts>) -> String {
        caller.subject().to_owned()
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new()
        .route("/products", on_get(write))
        .route_layer(logto.require::<ReadProducts>())
        .with_state(logto);
    let token = reader(&tenant).mint();
    let refused = insufficient("write:products");
    assert_eq!(ask(&app, "/products", &token).await, refused);
    let both = reader(&tenant).scopes(["read:products", "write:products"]);
    let admitted = ask(&app, "/products", &both.mint()).await;
    assert_eq!(admitted, Answer::ok("alice"));
}

#[tokio::test]
async fn a_layer_guards_a_fallback_service() {
    async fn files(request: Request<Body>) -> Result<Response<Body>, Infallible> {
        let path = request.uri().path().to_owned();
        Ok(Response::new(Body::from(path)))
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let guarded = ServiceBuilder::new()
        .layer(logto.require::<Anyone>())
        .service(service_fn(files));
    let app = Router::new()
        .route("/public", on_get(async || "public"))
        .fallback_service(guarded);
    assert_eq!(send(&app, get("/public", &[])).await, Answer::ok("public"));
    assert_eq!(
        send(&app, get("/report.pdf", &[])).await,
        Answer::missing("")
    );
    let token = tenant.token().user("alice").mint();
    assert_eq!(ask(&app, "/report.pdf", &token).await.body, "/report.pdf");
}

/// Outside a router, the route is not known yet. So the organization in the path cannot be compared with the
/// organization of the token.
#[tokio::test]
async fn around_a_whole_router_an_organization_policy_without_org_is_a_misconfiguration() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let router = Router::new().route("/{organization_id}", on_get(async || "invited"));
    let guarded = logto.require::<InviteMembers>().layer(router.clone());
    let app = Router::new().fallback_service(guarded);
    let invite = tenant.token().organization("acme");
    let token = invite.scopes(["invite:member"]).mint();
    assert_eq!(ask(&app, "/acme", &token).await, Answer::misconfigured());

    let guarded = logto.require::<Anyone>().layer(router);
    let app = Router::new().fallback_service(guarded);
    let token = tenant.token().user("alice").mint();
    assert_eq!(ask(&app, "/acme", &token).await, Answer::ok("invited"));
}
