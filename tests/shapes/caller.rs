//! Whose token it must be: `subject = path(…)` and `client = …`, at every place of a guard.

use axum::{Router, body::Body, http::Request, routing::get};
use logto_runtime::{
    AuthInfo, Guard, Logto, Policy, RejectionCode,
    policy::{AnyOf, Requirement, Subject},
    require_any, require_auth, require_scopes,
    routes::Routes,
    test_util::{TestTenant, TokenBuilder},
};
use serde_json::json;
use tower::ServiceExt;

use crate::support::{Answer, INSUFFICIENT_SCOPE, PRODUCTS, ask};

const SPA: &str = "qk3vfhyo0vxsnmu2jqgbd";

#[require_auth(subject = path("user_id"))]
struct Own;

#[require_scopes("manage:users")]
struct ManageUsers;

#[require_auth(subject = path("user_id"))]
async fn own(auth: AuthInfo) -> String {
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

/// Implemented by hand, and so not in the inventory: `warm_up` in other tests does not ask for its client.
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

fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start()
}

fn logto(tenant: &TestTenant) -> Logto {
    let builder = tenant.logto().named_client("my-spa", SPA);
    builder.build().unwrap()
}

fn app(tenant: &TestTenant) -> Router {
    routes().into_router().with_state(logto(tenant))
}

fn user<'t>(tenant: &'t TestTenant, id: &str) -> TokenBuilder<'t> {
    tenant.token().user(id)
}

fn refused(message: &str) -> Answer {
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
async fn a_user_reaches_only_the_path_that_names_him() {
    let tenant = tenant();
    let app = app(&tenant);
    let alice = || user(&tenant, "alice");
    let mismatch = || refused("Subject mismatch");
    for (uri, token, expected) in [
        ("/users/alice", alice(), Answer::ok("alice")),
        ("/users/%61lice", alice(), Answer::ok("alice")),
        ("/users/bob", alice(), mismatch()),
        ("/users/Alice", alice(), mismatch()),
        ("/users/alice%20", alice(), mismatch()),
        ("/users/alic", alice(), mismatch()),
        ("/users/%2561lice", alice(), mismatch()),
        ("/users/%ff", alice(), mismatch()),
        ("/users/me", alice(), mismatch()),
        // A token that somebody uses on behalf of the user is the user's.
        (
            "/users/alice",
            alice().claim("act", json!({ "sub": "robot" })),
            Answer::ok("alice"),
        ),
        // A machine is not a user, even where the path names the id of the machine.
        (
            "/users/robot",
            tenant.token().client("robot"),
            refused("Subject not accepted"),
        ),
        (
            "/users/alice",
            tenant.token().client("robot"),
            refused("Subject not accepted"),
        ),
        // Every parameter of this name is compared.
        ("/nested/alice/alice", alice(), Answer::ok("alice")),
        ("/nested/alice/bob", alice(), mismatch()),
        ("/nested/bob/alice", alice(), mismatch()),
        // A route without the parameter is a fault of the program, for every caller.
        ("/renamed/alice", alice(), Answer::misconfigured()),
        ("/without", alice(), Answer::misconfigured()),
    ] {
        assert_eq!(ask(&app, uri, &token.mint()).await, expected, "{uri}");
    }
}

#[tokio::test]
async fn an_account_is_open_to_its_user_and_to_administrators() {
    let tenant = tenant();
    let app = app(&tenant);
    let admin = || user(&tenant, "carol").scopes(["manage:users"]);
    let robot = || tenant.token().client("robot").scopes(["manage:users"]);
    let lacks = || {
        let challenge = r#"Bearer error="insufficient_scope", scope="manage:users""#;
        Answer::refused(403, "Insufficient scope", challenge)
    };
    for (uri, token, expected) in [
        (
            "/accounts/alice",
            user(&tenant, "alice"),
            Answer::ok("alice"),
        ),
        ("/accounts/bob", user(&tenant, "alice"), lacks()),
        ("/accounts/alice", admin(), Answer::ok("carol")),
        ("/accounts/alice", robot(), Answer::ok("robot")),
        ("/accounts/robot", tenant.token().client("robot"), lacks()),
    ] {
        assert_eq!(ask(&app, uri, &token.mint()).await, expected, "{uri}");
    }
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
        // The name is not an id.
        ("/settings", of("my-spa"), not_accepted()),
        ("/settings", of("QK3VFHYO0VXSNMU2JQGBD"), not_accepted()),
        ("/settings", tenant.token().client(SPA), Answer::ok("in")),
        ("/by-id", scoped(SPA), Answer::ok("in")),
        ("/by-id", scoped("another"), not_accepted()),
        // The client is asked before the scopes, which would not help.
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
    // A claim that is absent or has a wrong type makes the token invalid.
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

/// A layer that stands where routing goes on does not know the parameters yet.
#[tokio::test]
async fn a_layer_compares_the_path_only_where_routing_has_ended() {
    let tenant = tenant();
    let logto = logto(&tenant);
    let handler = get(async || "in");
    let own = || logto.require::<Own>();
    let inner = Router::new().route("/{user_id}", handler.clone());
    let apps = [
        (
            "on a route",
            Router::new()
                .route("/{user_id}", handler.clone())
                .route_layer(own()),
            200,
            403,
        ),
        (
            "around a nested router",
            Router::new().nest_service(
                "/{user_id}",
                Router::new()
                    .route("/{*rest}", handler.clone())
                    .layer(own()),
            ),
            500,
            403,
        ),
        (
            "on a wildcard",
            Router::new()
                .route("/{user_id}/{*rest}", handler.clone())
                .route_layer(own()),
            500,
            403,
        ),
        (
            "on a wildcard, as a leaf",
            Router::new()
                .route("/{user_id}/{*rest}", handler.clone())
                .route_layer(own().leaf()),
            200,
            403,
        ),
        ("on all routes of a router", inner.layer(own()), 200, 403),
    ];
    for (place, app, here, elsewhere) in apps {
        let path = if place.contains("wildcard") || place.contains("nested") {
            "/x"
        } else {
            ""
        };
        let token = user(&tenant, "alice").mint();
        let answer = ask(&app, &format!("/alice{path}"), &token).await;
        assert_eq!(answer.status, here, "{place}");
        let answer = ask(&app, &format!("/bob{path}"), &token).await;
        assert_eq!(answer.status, elsewhere, "{place}");
    }
}

/// A guard that accepts a token on one path says nothing about another path, or about another guard.
#[tokio::test]
async fn a_decision_is_not_inherited_by_another_path() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = user(&tenant, "alice").mint();
    for _ in 0..3 {
        assert_eq!(ask(&app, "/users/alice", &token).await.status, 200);
        assert_eq!(ask(&app, "/users/bob", &token).await.status, 403);
        assert_eq!(ask(&app, "/accounts/alice", &token).await.status, 200);
        assert_eq!(ask(&app, "/accounts/bob", &token).await.status, 403);
    }
    // An outer guard that has compared its own parameter does not answer for an inner one.
    let logto = logto(&tenant);
    let inner = Router::new().route("/of/{user_id}", get(own));
    struct Outer;
    impl Policy for Outer {
        const REQUIREMENT: Requirement =
            Requirement::authenticated().with_subject(Subject::Path("owner"));
    }
    let nested = Router::new()
        .nest("/{owner}", inner.route_layer(logto.require::<Outer>()))
        .with_state(logto);
    for (uri, status) in [
        ("/alice/of/alice", 200),
        ("/alice/of/bob", 403),
        ("/bob/of/alice", 403),
    ] {
        assert_eq!(ask(&nested, uri, &token).await.status, status, "{uri}");
    }
}

/// Without a request, no path names the user.
#[tokio::test]
async fn check_rejects_a_policy_that_needs_the_path() {
    let tenant = tenant();
    let logto = logto(&tenant);
    let auth = logto.verify(&user(&tenant, "alice").mint()).await.unwrap();
    let rejection = auth.check::<Own>().await.unwrap_err();
    assert_eq!(rejection.code(), RejectionCode::SubjectMismatch);
    let either = auth.check::<AnyOf<(Own, ManageUsers)>>().await.unwrap_err();
    assert_eq!(either.code(), RejectionCode::NoScopesGranted);
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
