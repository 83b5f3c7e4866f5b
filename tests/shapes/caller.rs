//! A program with guards for one user (`subject = path(…)`) and for one client (`client = …`).
//!
//! This module tests `client`. `subject_in_path` tests `subject = path(…)` in the same program.

use axum::{Router, body::Body, http::Request};
use logto_runtime::{
    AuthInfo, Guard, Logto, Policy, RejectionCode,
    policy::Requirement,
    require_any, require_auth, require_scopes,
    routes::Routes,
    test_util::{TestTenant, TokenBuilder},
};
use serde_json::json;
use tower::ServiceExt;

use crate::support::{Answer, INSUFFICIENT_SCOPE, PRODUCTS, ask};

const SPA: &str = "qk3vfhyo0vxsnmu2jqgbd";

#[require_auth(subject = path("user_id"))]
pub(super) struct Own;

#[require_scopes("manage:users")]
pub(super) struct ManageUsers;

#[require_auth(subject = path("user_id"))]
pub(super) async fn own(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

#[require_any(Own, ManageUsers)]
async fn account(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

#[require_auth(client = "my-spa")]
async fn settings() -> &'static str {
    "in"
}

#[require_scopes("read:products", client = "qk3vfhyo0vxsnmu2jqgbd", subject = user)]
async fn by_id() -> &'static str {
    "in"
}

/// Names a client that the builder does not know. This policy is implemented by hand: an attribute would add
/// it to the inventory, the list of all guards. Then `warm_up` would fail in other tests.
struct Unknown;

impl Policy for Unknown {
    const REQUIREMENT: Requirement = Requirement::authenticated().with_client("forgotten");
}

async fn unknown(_: Guard<Unknown>) {}

fn routes() -> Routes<Logto> {
    Routes::new()
        .get("/users/{user_id}", own)
        .get("/accounts/{user_id}", account)
        .get("/settings", settings)
        .get("/by-id", by_id)
        .get("/unknown", unknown)
        .get("/renamed/{id}", own)
        .get("/without", own)
        .nest("/nested/{user_id}", Routes::new().get("/{user_id}", own))
}

pub(super) fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start()
}

pub(super) fn logto(tenant: &TestTenant) -> Logto {
    let builder = tenant.logto().named_client("my-spa", SPA);
    builder.build().unwrap()
}

pub(super) fn app(tenant: &TestTenant) -> Router {
    routes().into_router().with_state(logto(tenant))
}

pub(super) fn user<'t>(tenant: &'t TestTenant, id: &str) -> TokenBuilder<'t> {
    tenant.token().user(id)
}

pub(super) fn refused(message: &str) -> Answer {
    Answer::refused(403, message, INSUFFICIENT_SCOPE)
}

#[test]
fn the_table_shows_subject_and_client() {
    let table: Vec<_> = routes().table()[..4]
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        table,
        [
            r#"GET /users/{user_id} require_auth(subject = path("user_id"))"#,
            r#"GET /accounts/{user_id} require_any(require_auth(subject = path("user_id")), require_scopes("manage:users"))"#,
            r#"GET /settings require_auth(client = "my-spa")"#,
            r#"GET /by-id require_scopes("read:products", subject = user, client = "qk3vfhyo0vxsnmu2jqgbd")"#,
        ]
    );
}

#[tokio::test]
async fn a_token_of_another_client_is_rejected() {
    let tenant = tenant();
    let app = app(&tenant);
    let of = |client: &str| user(&tenant, "alice").claim("client_id", json!(client));
    let scoped = |client| of(client).scopes(["read:products"]);
    let not_accepted = || refused("Client not accepted");
    for (uri, token, expected) in [
        ("/settings", of(SPA), Answer::ok("in")),
        ("/settings", of("another"), not_accepted()),
        // Tokens contain the id of the client, not its name.
        ("/settings", of("my-spa"), not_accepted()),
        ("/settings", of("QK3VFHYO0VXSNMU2JQGBD"), not_accepted()),
        ("/settings", tenant.token().client(SPA), Answer::ok("in")),
        ("/by-id", scoped(SPA), Answer::ok("in")),
        ("/by-id", scoped("another"), not_accepted()),
        // The client is checked before the scopes, because more scopes would not help.
        ("/by-id", of("another"), not_accepted()),
        (
            "/by-id",
            tenant.token().client(SPA),
            refused("Subject not accepted"),
        ),
        ("/unknown", of(SPA), Answer::misconfigured()),
        ("/unknown", of("forgotten"), Answer::misconfigured()),
    ] {
        assert_eq!(ask(&app, uri, &token.mint()).await, expected, "{uri}");
    }
    // If `client_id` or `sub` is absent or has a wrong type, the token is invalid.
    for token in [
        user(&tenant, "alice").without_claim("client_id"),
        user(&tenant, "alice").claim("client_id", json!(7)),
        user(&tenant, "alice").claim("sub", json!(["alice"])),
        user(&tenant, "alice").without_claim("sub"),
    ] {
        let token = token.mint();
        for uri in ["/settings", "/users/alice"] {
            assert_eq!(
                ask(&app, uri, &token).await,
                Answer::invalid_token(),
                "{uri}"
            );
        }
    }
}

#[tokio::test]
async fn subject_and_client_rejections_have_codes_of_their_own() {
    let tenant = tenant();
    let app = app(&tenant);
    for (uri, code) in [
        ("/users/bob", RejectionCode::SubjectMismatch),
        ("/settings", RejectionCode::ClientNotAccepted),
    ] {
        let token = user(&tenant, "alice").mint();
        let request = crate::support::with_token(uri, &token);
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.extensions().get(), Some(&code), "{uri}");
    }
}

#[tokio::test]
async fn a_request_without_a_token_gets_401_before_any_other_check() {
    let tenant = tenant();
    let app = app(&tenant);
    let bare = |uri: &str| Request::get(uri).body(Body::empty()).unwrap();
    for uri in ["/users/alice", "/settings", "/without"] {
        let answer = crate::support::send(&app, bare(uri)).await;
        assert_eq!(answer, Answer::missing(""), "{uri}");
    }
}
