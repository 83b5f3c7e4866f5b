//! The table in which `Routes` lists its routes agrees with the router.

mod layered;
mod opaque;

use axum::{
    Router,
    extract::{FromRef, State},
    middleware::map_response,
    response::Response,
    routing::get,
};
use http::{HeaderValue, Method};
use logto_runtime::{
    Guard, Guard as Asked, Logto,
    policy::AnyOf,
    public, require_any, require_auth, require_org_permission, require_scopes,
    routes::{Access, Routes},
    test_util::{TestTenant, assert_guarded},
};

use crate::support::{Answer, PRODUCTS, ask, get as request, send, with_token};

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    greeting: &'static str,
}

#[require_scopes("read:products")]
async fn list(State(greeting): State<&'static str>) -> &'static str {
    greeting
}

#[require_scopes("read:products")]
async fn twin() {}

#[require_scopes("write:products")]
async fn create() -> &'static str {
    "created"
}

#[require_auth]
#[require_org_permission("invite:member")]
async fn stacked() {}

#[public]
async fn health() -> &'static str {
    "ok"
}

#[require_scopes("read:reports")]
struct ReadReports;

#[require_auth(subject = user)]
struct Account;

async fn by_hand(_: Guard<ReadReports>) -> &'static str {
    "by hand"
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start()
}

fn lines<S: Clone + Send + Sync + 'static>(routes: &Routes<S>) -> Vec<String> {
    routes.table().iter().map(ToString::to_string).collect()
}

fn app(routes: Routes<App>, logto: Logto) -> Router {
    let greeting = "hello";
    routes.into_router().with_state(App { logto, greeting })
}

#[tokio::test]
async fn the_table_agrees_with_the_router_about_methods_nesting_and_merging() {
    let tenant = tenant();
    let products = Routes::new().get("/", list).post("/", create);
    let others = Routes::new()
        .put("/reports/{id}", by_hand)
        .any("/healthz", health);
    let routes = Routes::new()
        .nest("/products", products)
        .merge(others)
        .fallback(by_hand);
    assert_guarded(&routes);
    assert_eq!(
        lines(&routes),
        [
            r#"GET /products require_scopes("read:products")"#,
            r#"POST /products require_scopes("write:products")"#,
            r#"PUT /reports/{id} require_scopes("read:reports")"#,
            "* /healthz public",
            r#"* /{*rest} require_scopes("read:reports")"#,
        ]
    );
    let app = app(routes, tenant.logto().build().unwrap());
    let scopes = ["read:products", "write:products", "read:reports"];
    let token = tenant.token().scopes(scopes).mint();
    for (method, uri, body) in [
        (Method::GET, "/products", "hello"),
        (Method::POST, "/products", "created"),
        (Method::PUT, "/reports/7", "by hand"),
        (Method::DELETE, "/healthz", "ok"),
        (Method::GET, "/nowhere", "by hand"),
    ] {
        let mut authorized = with_token(uri, &token);
        *authorized.method_mut() = method.clone();
        assert_eq!(send(&app, authorized).await, Answer::ok(body), "{uri}");
        let mut anonymous = request(uri, &[]);
        *anonymous.method_mut() = method;
        let expected = if uri == "/healthz" { 200 } else { 401 };
        assert_eq!(send(&app, anonymous).await.status, expected, "{uri}");
    }
}

#[test]
fn all_stacked_guards_are_listed_with_the_rust_path_of_the_handler() {
    let routes: Routes<App> = Routes::new().get("/{organization_id}", stacked);
    let [route] = routes.table() else {
        panic!("{routes:?}");
    };
    assert!(route.handler.ends_with("routes::stacked"), "{route:?}");
    let Access::Guarded(all) = &route.access else {
        panic!("{route:?}");
    };
    let all: Vec<_> = all.iter().map(ToString::to_string).collect();
    assert_eq!(
        all,
        ["require_auth", r#"require_org_permission("invite:member")"#]
    );
}

#[tokio::test]
async fn a_router_passed_to_nest_guarded_is_guarded_and_one_passed_to_nest_public_is_not() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let plain = || Router::new().route("/a", get(async || "a"));
    let routes = Routes::new()
        .nest_guarded("/reports", plain(), logto.require::<ReadReports>())
        .nest_public("/assets", plain());
    assert_guarded(&routes);
    assert_eq!(
        lines(&routes),
        [
            r#"* /reports/{*rest} require_scopes("read:reports")"#,
            "* /assets/{*rest} public",
        ]
    );
    let app = app(routes, logto);
    assert_eq!(send(&app, request("/assets/a", &[])).await, Answer::ok("a"));
    assert_eq!(send(&app, request("/reports/a", &[])).await.status, 401);
    let token = tenant.token().scopes(["read:reports"]).mint();
    assert_eq!(ask(&app, "/reports/a", &token).await, Answer::ok("a"));
}

#[tokio::test]
async fn the_guard_of_guarded_by_is_listed_for_each_route_and_unknown_paths_stay_404() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes = Routes::new()
        .get("/products", list)
        .get("/healthz", health)
        .guarded_by(logto.require::<ReadReports>());
    assert_eq!(
        lines(&routes),
        [
            r#"GET /products require_scopes("read:products") + require_scopes("read:reports")"#,
            r#"GET /healthz require_scopes("read:reports")"#,
        ]
    );
    let app = app(routes, logto);
    let token = tenant.token().scopes(["read:products"]).mint();
    assert_eq!(ask(&app, "/products", &token).await.status, 403);
    assert_eq!(send(&app, request("/healthz", &[])).await.status, 401);
    assert_eq!(send(&app, request("/nowhere", &[])).await.status, 404);
}

/// A fallback answers requests that no route matches. `guarded_by` guards a fallback, too, even if the
/// fallback came with nested or merged routes.
#[tokio::test]
async fn the_guard_of_guarded_by_also_guards_the_fallbacks_of_nested_and_merged_routes() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let own = || Routes::new().fallback(by_hand);
    let none = || Routes::new().get("/healthz", health);
    let token = tenant.token().scopes(["read:reports"]).mint();
    for (way, routes, uri) in [
        ("merged", none().merge(own()), "/nowhere"),
        ("merged into", own().merge(none()), "/nowhere"),
        ("nested", none().nest("/inner", own()), "/inner/nowhere"),
        ("nested into", own().nest("/inner", none()), "/nowhere"),
    ] {
        let routes = routes.guarded_by(logto.require::<Account>());
        let app = app(routes, logto.clone());
        assert_eq!(ask(&app, uri, &token).await, Answer::ok("by hand"), "{way}");
        for uri in [uri, "/elsewhere", "/healthz"] {
            let anonymous = send(&app, request(uri, &[])).await;
            assert_eq!(anonymous.status, 401, "{way}: {uri}");
        }
    }
}

#[test]
fn debug_of_routes_shows_the_table() {
    let routes: Routes<App> = Routes::new().get("/products", list);
    let shown = format!("{routes:?}");
    assert!(shown.contains("/products"), "{shown}");
}

#[tokio::test]
async fn a_layer_wraps_the_routes_that_were_added_before_it() {
    let tenant = tenant();
    let deny = map_response(async |mut response: Response| {
        let value = HeaderValue::from_static("DENY");
        response.headers_mut().insert("x-frame-options", value);
        response
    });
    let routes = Routes::new()
        .get("/before", health)
        .layer(deny)
        .get("/after", health);
    let app = app(routes, tenant.logto().build().unwrap());
    for (uri, expected) in [("/before", true), ("/after", false)] {
        let response = tower::ServiceExt::oneshot(app.clone(), request(uri, &[]));
        let response = response.await.unwrap();
        let has = response.headers().contains_key("x-frame-options");
        assert_eq!(has, expected, "{uri}");
    }
}

#[test]
fn a_handler_is_listed_with_its_own_guards_even_if_others_have_its_name() {
    #[require_auth]
    #[require_scopes("admin")]
    async fn twin() {}

    let block: Routes<App> = {
        #[require_scopes("read:block")]
        #[require_auth]
        async fn twin() {}

        Routes::new().get("/block", twin)
    };
    let routes = Routes::new()
        .get("/inner", twin)
        .get("/outer", super::routes::twin)
        .merge(block);
    assert_eq!(
        lines(&routes),
        [
            r#"GET /inner require_auth + require_scopes("admin")"#,
            r#"GET /outer require_scopes("read:products")"#,
            r#"GET /block require_scopes("read:block") + require_auth"#,
        ]
    );
}

#[test]
fn guards_in_arguments_are_listed_after_those_of_attributes() {
    #[require_any(ReadReports, Account)]
    async fn either() {}

    #[require_auth]
    async fn then_either(_: Guard<AnyOf<(ReadReports, Account)>>) {}

    #[require_auth]
    async fn second(_: Guard<ReadReports>) {}

    #[public]
    async fn disguised(_: Asked<ReadReports>) {}

    let routes: Routes<App> = Routes::new()
        .get("/second", second)
        .get("/either", either)
        .get("/then-either", then_either)
        .get("/disguised", disguised);
    assert_eq!(
        lines(&routes),
        [
            r#"GET /second require_auth + require_scopes("read:reports")"#,
            r#"GET /either require_any(require_scopes("read:reports"), require_auth(subject = user))"#,
            r#"GET /then-either require_auth + require_any(require_scopes("read:reports"), require_auth(subject = user))"#,
            r#"GET /disguised require_scopes("read:reports")"#,
        ]
    );
}
