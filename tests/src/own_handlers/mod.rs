//! A small application and its tests. `logto-runtime/docs/testing.md` quotes this code.

mod global_logto;

// Most applications do not use `Routes` at first, and neither does this one.
mod app {
    use axum::{
        Json, Router,
        routing::{get, post},
    };
    use logto_runtime::{
        AuthInfo, Guard, Logto, OrganizationId, require_auth, require_org_permission,
        require_org_scopes, require_scopes,
    };
    use serde_json::{Value, json};

    #[require_auth]
    async fn who(auth: AuthInfo) -> Json<AuthInfo> {
        Json(auth)
    }

    #[require_scopes("read:products")]
    pub(super) async fn products() -> Json<Value> {
        Json(json!(["a lamp"]))
    }

    #[require_org_permission("invite:member")]
    async fn invite(organization: OrganizationId) -> String {
        format!("invited to {organization}")
    }

    #[require_org_scopes("read:data", resource = "org")]
    async fn data(organization: OrganizationId) -> String {
        format!("data of {organization}")
    }

    #[require_scopes("write:products")]
    pub(super) struct WriteProducts;

    pub(super) async fn create(caller: Guard<WriteProducts>, name: String) -> String {
        format!("{name}, added by {}", caller.subject())
    }

    pub(super) fn router(logto: Logto) -> Router {
        let organization = Router::new()
            .route("/invites", post(invite))
            .route("/data", get(data));
        Router::new()
            .route("/who", get(who))
            .route("/products", get(products).post(create))
            .nest("/organizations/{organization_id}", organization)
            .with_state(logto)
    }
}

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use logto_runtime::{
    Algorithm,
    test_util::{Client, Membership, SigningKey, TestTenant, TokenBuilder, User, granted},
};
use tower::ServiceExt;

const PRODUCTS: &str = "https://api.example.com/products";
const ORG: &str = "https://api.example.com/org";
const HOUR: Duration = Duration::from_secs(3_600);

/// A tenant, with what you would set up in Logto's console.
fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .resource(ORG, ["read:data"])
        .organization("acme")
        .organization_permissions(["invite:member"])
        .user(User::new("alice").scopes(PRODUCTS, ["read:products"]))
        .client(
            Client::new("robot", "robot-secret")
                .member_of("acme", Membership::new().permissions(["invite:member"])),
        )
        .start()
}

fn app(tenant: &TestTenant) -> Router {
    let logto = tenant.logto().named_resource("org", ORG).build();
    app::router(logto.unwrap())
}

/// Sends a request through the router, without a socket.
async fn call(app: &Router, method: &str, path: &str, token: &str) -> (StatusCode, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_reader_may_list_products_but_not_add_them() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = tenant.token().user("bob").scopes(["read:products"]).mint();

    let listed = call(&app, "GET", "/products", &token).await;
    assert_eq!(listed, (StatusCode::OK, r#"["a lamp"]"#.to_owned()));

    let refused = call(&app, "POST", "/products", &token).await;
    let insufficient = r#"{"error":"Insufficient scope"}"#.to_owned();
    assert_eq!(refused, (StatusCode::FORBIDDEN, insufficient));
}

#[tokio::test]
async fn each_permission_model_accepts_only_its_own_tokens() {
    let tenant = tenant();
    let app = app(&tenant);

    let bob = || tenant.token().user("bob");
    let global = bob().resource(PRODUCTS).scopes(["read:products"]);
    let permission = bob().organization("acme").scopes(["invite:member"]);
    let scoped = bob().resource(ORG).scopes(["read:data"]);
    let machine = tenant.token().client("robot").scopes(["read:products"]);
    let [global, permission, scopes, machine] =
        [global, permission, scoped.organization("acme"), machine].map(TokenBuilder::mint);

    for (method, path, token, expected) in [
        ("GET", "/products", &global, 200),
        ("GET", "/products", &machine, 200),
        ("GET", "/products", &permission, 401),
        ("POST", "/organizations/acme/invites", &permission, 200),
        ("POST", "/organizations/acme/invites", &scopes, 401),
        ("POST", "/organizations/globex/invites", &permission, 403),
        ("GET", "/organizations/acme/data", &scopes, 200),
        ("GET", "/organizations/acme/data", &global, 401),
        ("GET", "/organizations/globex/data", &scopes, 403),
    ] {
        let (status, body) = call(&app, method, path, token).await;
        assert_eq!(status, expected, "{method} {path}: {body}");
    }
}

#[tokio::test]
async fn a_registered_user_has_the_scopes_of_the_directory() {
    let tenant = tenant();
    let token = tenant.token().user("alice").mint();
    let (status, _) = call(&app(&tenant), "GET", "/products", &token).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn no_bad_token_gets_in() {
    let tenant = tenant();
    let app = app(&tenant);
    let (past, future) = (tenant.now() - 2 * HOUR, tenant.now() + HOUR);
    let foreign = SigningKey::generate(Algorithm::ES384);
    let good = || tenant.token().user("bob").scopes(["read:products"]);

    for (case, token) in [
        ("expired", good().issued_at(past)),
        ("not yet issued", good().issued_at(future)),
        ("tampered with", good().tampered()),
        ("signed with a foreign key", good().signed_by(&foreign)),
        ("an ID token", good().id_token()),
        ("opaque", good().opaque()),
        ("from another issuer", good().issuer("https://evil.example")),
        ("without a claim", good().without_claim("client_id")),
        ("with a claim of the wrong type", good().claim("aud", 42)),
        ("unsigned", good().header("alg", "none")),
        ("for another API", good().resource(ORG)),
    ] {
        let (status, body) = call(&app, "GET", "/products", &token.mint()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{case}: {body}");
    }
}

#[tokio::test]
async fn a_token_expires_when_the_test_advances_the_clock() {
    let tenant = tenant();
    let app = app(&tenant);
    tenant.set_now(tenant.now());
    let token = tenant
        .token()
        .user("alice")
        .expires_in(Duration::from_secs(600))
        .mint();
    assert_eq!(
        call(&app, "GET", "/products", &token).await.0,
        StatusCode::OK
    );

    tenant.advance(Duration::from_secs(659)); // within the leeway of 60 s
    assert_eq!(
        call(&app, "GET", "/products", &token).await.0,
        StatusCode::OK
    );
    tenant.advance(Duration::from_secs(1));
    assert_eq!(
        call(&app, "GET", "/products", &token).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_rotated_key_is_learned_and_an_outage_is_not_the_callers_fault() {
    let tenant = tenant();
    let app = app(&tenant);
    tenant.rotate(Algorithm::RS256);
    let token = tenant.token().user("alice").mint();
    assert_eq!(
        call(&app, "GET", "/products", &token).await.0,
        StatusCode::OK
    );

    tenant.fail(StatusCode::BAD_GATEWAY);
    assert_eq!(
        call(&app, "GET", "/products", &token).await.0,
        StatusCode::OK
    );
    let cold = self::app(&tenant); // has not fetched any keys yet
    assert_eq!(
        call(&cold, "GET", "/products", &token).await.0,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test]
async fn guarded_functions_are_called_without_a_request() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let caller = logto
        .verify(&tenant.token().user("alice").mint())
        .await
        .unwrap();

    let answer = app::create(granted(&caller), "a lamp".to_owned()).await;
    assert_eq!(answer, "a lamp, added by alice");

    let products = app::products(granted(&caller)).await;
    assert_eq!(products.0, serde_json::json!(["a lamp"]));
}

#[test]
fn a_token_of_a_tenant_without_a_socket_verifies() {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .offline()
        .start();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().client("robot").mint();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let caller = runtime.block_on(logto.verify(&token)).unwrap();
    assert!(caller.is_machine());
}
