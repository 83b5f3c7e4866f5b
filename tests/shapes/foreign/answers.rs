//! The guards find the `Logto` of a foreign state, and answer as in any other program.

use serde_json::json;
use web_framework::AppContext;

use super::{app, routes, tenant};
use crate::support::{Answer, INSUFFICIENT_SCOPE, PRODUCTS, ask, get as request, send};

#[tokio::test]
async fn arguments_find_the_logto_of_a_foreign_state() {
    let tenant = tenant();
    let app = app(&tenant);
    let user = || tenant.token().user("alice");
    let acme = || user().organization("acme");
    for (uri, token, expected) in [
        ("/current", user(), Answer::ok("alice")),
        (
            "/notes",
            user().scopes(["read:notes"]),
            Answer::ok("notes of alice, true"),
        ),
        (
            "/notes",
            user(),
            Answer::refused(
                403,
                "Insufficient scope",
                r#"Bearer error="insufficient_scope", scope="read:notes""#,
            ),
        ),
        (
            "/plan",
            user().claim("plan", json!("pro")),
            Answer::ok("pro"),
        ),
        ("/plan", user(), Answer::invalid_token()),
        (
            "/organizations/acme/members",
            acme().scopes(["read:members"]),
            Answer::ok("members of acme"),
        ),
        (
            "/organizations/globex/members",
            acme().scopes(["read:members"]),
            Answer::mismatch(),
        ),
        (
            "/tenants/acme/data",
            acme().resource(PRODUCTS).scopes(["read:data"]),
            Answer::ok("data of acme"),
        ),
        (
            "/tenants/globex/data",
            acme().resource(PRODUCTS).scopes(["read:data"]),
            Answer::mismatch(),
        ),
        (
            "/organizations/acme/invoices",
            acme().scopes(["read:invoices"]),
            Answer::ok("alice sees acme"),
        ),
        (
            "/organizations/acme/invoices",
            user().scopes(["read:everything"]),
            Answer::ok("alice sees all"),
        ),
        (
            "/organizations/acme/statements",
            acme().scopes(["read:invoices"]),
            Answer::ok("member"),
        ),
        (
            "/notes/7",
            user().scopes(["write:notes"]),
            Answer::ok("alice writes 7"),
        ),
        (
            "/stacked",
            tenant.token().client("robot").scopes(["read:notes"]),
            Answer::refused(403, "Subject not accepted", INSUFFICIENT_SCOPE),
        ),
    ] {
        assert_eq!(ask(&app, uri, &token.mint()).await, expected, "{uri}");
    }
    let stacked = ask(&app, "/stacked", &user().scopes(["read:notes"]).mint()).await;
    assert_eq!((stacked.status, &*stacked.body), (200, r#"["read:notes"]"#));
    let nobody = send(&app, request("/current", &[])).await;
    assert_eq!(nobody, Answer::missing(""));
}

/// Any layer can put an `AuthInfo` into a request. That value does not prove who the caller is.
#[tokio::test]
async fn an_auth_info_that_another_layer_put_into_the_request_is_not_read() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let mallory = logto.verify(&tenant.token().user("mallory").mint()).await;
    let app = app(&tenant).layer(axum::Extension(mallory.unwrap()));
    let alice = tenant.token().user("alice").mint();
    assert_eq!(ask(&app, "/current", &alice).await, Answer::ok("alice"));
    let nobody = send(&app, request("/current", &[])).await;
    assert_eq!(nobody, Answer::missing(""));
}

/// The app trusts only the tenant of the `Logto` in its own state.
#[tokio::test]
async fn a_token_of_another_tenant_is_rejected() {
    let (ours, other) = (tenant(), tenant());
    let app = app(&ours);
    let token = other.token().user("alice").mint();
    assert_eq!(ask(&app, "/current", &token).await, Answer::invalid_token());
}

#[tokio::test]
async fn a_foreign_state_without_a_logto_answers_500() {
    let app = routes().into_router().with_state(AppContext::default());
    let token = tenant().token().user("alice").mint();
    for uri in [
        "/current",
        "/plan",
        "/organizations/acme/members",
        "/notes/7",
    ] {
        assert_eq!(
            ask(&app, uri, &token).await,
            Answer::misconfigured(),
            "{uri}"
        );
    }
}
