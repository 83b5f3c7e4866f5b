//! Tests `subject = path(…)`: a guard accepts a user only on paths with the user's own id.

use axum::{Router, routing::get};
use logto_runtime::{
    Policy, RejectionCode,
    policy::{AnyOf, Requirement, Subject},
};
use serde_json::json;

use super::caller::{ManageUsers, Own, app, logto, own, refused, tenant, user};
use crate::support::{Answer, ask};

#[tokio::test]
async fn a_user_reaches_only_paths_with_the_users_own_id() {
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
        // The claim `act` names an actor that uses the token on behalf of the user. The token is still the
        // user's token.
        (
            "/users/alice",
            alice().claim("act", json!({ "sub": "robot" })),
            Answer::ok("alice"),
        ),
        // A machine is not a user, even if the path has the id of the machine.
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
        // If the path has two parameters with the name `user_id`, both are compared.
        ("/nested/alice/alice", alice(), Answer::ok("alice")),
        ("/nested/alice/bob", alice(), mismatch()),
        ("/nested/bob/alice", alice(), mismatch()),
        // If the route does not have the parameter, every user gets 500.
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

/// Before routing has ended, a layer does not know the parameters of inner routes. One of these may also be
/// named `user_id`. So the layer answers 500 to the user whose id is in the path, and 403 to other users.
#[tokio::test]
async fn a_layer_that_needs_the_path_lets_a_user_in_only_where_routing_has_ended() {
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

/// The decision of a guard holds only for this guard and for the path of the request.
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
    // The outer guard compares `owner`. The inner guard must still compare `user_id`.
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

/// `check` does not get a request, so it does not know a path.
#[tokio::test]
async fn check_fails_for_a_policy_that_needs_the_path() {
    let tenant = tenant();
    let logto = logto(&tenant);
    let auth = logto.verify(&user(&tenant, "alice").mint()).await.unwrap();
    let rejection = auth.check::<Own>().await.unwrap_err();
    assert_eq!(rejection.code(), RejectionCode::SubjectMismatch);
    let either = auth.check::<AnyOf<(Own, ManageUsers)>>().await.unwrap_err();
    assert_eq!(either.code(), RejectionCode::NoScopesGranted);
}
