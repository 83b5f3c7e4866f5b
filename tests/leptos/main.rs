//! Tests the lines about leptos in `logto-runtime/docs/with-other-crates.md` with the real crate.

// Clippy allows `unwrap` in tests, so this attribute marks the whole crate as a test.
#![cfg(test)]

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::Response,
    routing::post,
};
use http_body_util::BodyExt as _;
use leptos::{prelude::*, server_fn::axum::server_fn_paths};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes as _, ResponseOptions, generate_route_list,
    generate_route_list_with_exclusions, handle_server_fns_with_context,
};
use leptos_router::{
    components::{Route, Router as Pages, Routes},
    path,
};
use logto_runtime::{AuthInfo, Guard, Logto, require_auth, require_scopes, test_util::TestTenant};
use tower::ServiceExt as _;

const RESOURCE: &str = "https://api.example.com/products";

#[require_auth]
struct AnyCaller;

#[require_scopes("read:products")]
struct Read;

#[server(prefix = "/api", endpoint = "products")]
async fn products() -> Result<Vec<String>, ServerFnError> {
    let logto = expect_context::<Logto>();
    let auth: AuthInfo = leptos_axum::extract_with_state(&logto).await?;
    if let Err(rejection) = auth.check::<Read>().await {
        expect_context::<ResponseOptions>().set_status(rejection.status());
        return Err(ServerFnError::new(rejection));
    }
    Ok(vec![format!("read by {}", auth.subject())])
}

/// Does not check its caller, because it relies on the layer before the route of the server functions.
#[server(prefix = "/api", endpoint = "stock")]
async fn stock() -> Result<u32, ServerFnError> {
    Ok(7)
}

/// Does what `with-other-crates.md` warns against: extracts a `Guard` in a server function.
#[server(prefix = "/api", endpoint = "guarded")]
async fn guarded() -> Result<String, ServerFnError> {
    let logto = expect_context::<Logto>();
    let caller: Guard<Read> = leptos_axum::extract_with_state(&logto).await?;
    Ok(caller.subject().to_owned())
}

#[allow(clippy::let_and_return, reason = "the page shows it as a statement")]
fn behind_a_layer(logto: &Logto) -> Router {
    let context = {
        let logto = logto.clone();
        move || provide_context(logto.clone())
    };
    let functions =
        move |request: Request<Body>| handle_server_fns_with_context(context.clone(), request);
    let app = Router::new()
        .route("/api/{*name}", post(functions))
        .route_layer(logto.require::<AnyCaller>());
    app
}

fn without_a_layer(logto: &Logto) -> Router {
    let logto = logto.clone();
    let context = move || provide_context(logto.clone());
    let functions =
        move |request: Request<Body>| handle_server_fns_with_context(context.clone(), request);
    Router::new().route("/api/{*name}", post(functions))
}

#[component]
fn App() -> impl IntoView {
    view! {
        <Pages>
            <Routes fallback=|| "not found">
                <Route path=path!("/products") view=|| "the products"/>
            </Routes>
        </Pages>
    }
}

/// Returns the routes of the pages, without those of the server functions.
fn page_routes() -> Vec<AxumRouteListing> {
    let functions = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    generate_route_list_with_exclusions(App, Some(functions))
}

fn options() -> LeptosOptions {
    // With its default features, `leptos_axum` initializes the executor itself, but has more dependencies.
    let _ = any_spawner::Executor::init_tokio();
    LeptosOptions::builder().output_name("app").build()
}

/// Builds a router for the pages that leptos renders.
fn pages(logto: &Logto) -> Router {
    let options = options();
    Router::new()
        .leptos_routes(&options, page_routes(), App)
        .route_layer(logto.require::<Read>())
        .with_state(options)
}

/// Builds a router for public pages. They share the context of the server functions.
fn public_pages(logto: &Logto) -> Router {
    let (options, logto) = (options(), logto.clone());
    let context = move || provide_context(logto.clone());
    Router::new()
        .leptos_routes_with_context(&options, page_routes(), context, App)
        .with_state(options)
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(RESOURCE, ["read:products"])
        .start()
}

/// Returns a token with the scope of [`Read`], and one without it.
fn tokens(tenant: &TestTenant) -> [String; 2] {
    let reader = tenant.token().user("alice").scopes(["read:products"]);
    [reader.mint(), tenant.token().user("bob").mint()]
}

struct Answer {
    status: StatusCode,
    challenge: Option<String>,
    body: String,
}

async fn send(app: Router, method: &str, uri: &str, token: Option<&str>) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).unwrap();
    let response: Response = app.oneshot(request).await.unwrap();
    let challenge = response.headers().get("www-authenticate");
    let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Answer {
        status,
        challenge,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

#[tokio::test]
async fn a_server_function_checks_its_policy_behind_the_layer() {
    let tenant = tenant();
    let app = behind_a_layer(&tenant.logto().build().unwrap());
    let [reader, stranger] = tokens(&tenant);
    let forged = tenant.token().user("alice").tampered().mint();

    let answer = send(app.clone(), "POST", "/api/products", Some(&reader)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body, r#"["read by alice"]"#);

    let answer = send(app.clone(), "POST", "/api/products", Some(&stranger)).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.body.contains("Insufficient scope"),
        "{}",
        answer.body
    );

    // The layer answers before leptos does.
    let answer = send(app.clone(), "POST", "/api/products", None).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.challenge.as_deref(), Some("Bearer"));
    let answer = send(app, "POST", "/api/products", Some(&forged)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.body, r#"{"error":"Invalid token"}"#);
}

/// Shows why `with-other-crates.md` puts a layer before server functions, and warns against a `Guard` in a
/// server function.
#[tokio::test]
async fn an_extractor_that_fails_in_a_server_function_gives_500_with_the_reason() {
    let tenant = tenant();
    let app = without_a_layer(&tenant.logto().build().unwrap());
    let [reader, stranger] = tokens(&tenant);

    let answer = send(app.clone(), "POST", "/api/guarded", Some(&reader)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body, r#""alice""#);

    for (uri, token, code) in [
        ("/api/guarded", Some(&stranger), "no_scopes_granted"),
        ("/api/products", None, "missing_token"),
    ] {
        let answer = send(app.clone(), "POST", uri, token.map(String::as_str)).await;
        assert_eq!(answer.status, 500, "{uri}");
        assert!(answer.body.contains(code), "{uri}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_page_is_rendered_only_for_callers_whom_the_layer_accepts() {
    let tenant = tenant();
    let app = pages(&tenant.logto().build().unwrap());
    let [reader, stranger] = tokens(&tenant);
    for (token, status) in [(None, 401), (Some(&stranger), 403), (Some(&reader), 200)] {
        let answer = send(app.clone(), "GET", "/products", token.map(String::as_str)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let rendered = answer.body.contains("the products");
        assert_eq!(rendered, status == 200, "{}", answer.body);
    }
}

/// By default, `leptos_routes` also adds a route for each server function. This route would come before
/// `/api/{*name}`, and would not have the layer.
#[tokio::test]
async fn the_layer_also_guards_server_functions_beside_pages() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let [reader, _] = tokens(&tenant);
    for (pages, page) in [(public_pages(&logto), 200), (pages(&logto), 401)] {
        let app = pages.merge(behind_a_layer(&logto));
        let answer = send(app.clone(), "GET", "/products", None).await;
        assert_eq!(answer.status, page, "{}", answer.body);
        for uri in ["/api/stock", "/api/products"] {
            let answer = send(app.clone(), "POST", uri, None).await;
            assert_eq!(answer.status, 401, "{uri}: {}", answer.body);
            assert_eq!(answer.challenge.as_deref(), Some("Bearer"), "{uri}");
            let answer = send(app.clone(), "POST", uri, Some(&reader)).await;
            assert_eq!(answer.status, 200, "{uri}: {}", answer.body);
        }
    }
}

/// Shows why the test above leaves the server functions out of the routes of the pages.
#[tokio::test]
async fn leptos_adds_routes_without_the_layer_unless_functions_are_left_out() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let options = options();
    let routes = generate_route_list(App);
    let pages = Router::new().leptos_routes(&options, routes, App);
    let app = pages.with_state(options).merge(behind_a_layer(&logto));
    let answer = send(app, "POST", "/api/stock", None).await;
    assert_eq!(answer.body, "7");
}
