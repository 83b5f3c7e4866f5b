//! A message on an open connection names an organization, and a policy decides about the message.
//! `logto-runtime/docs/live-connections.md` says which token the connection needs, and which guard its
//! handshake needs. The test checks this with plain requests.

use axum::{Router, extract::Path, routing::get};
use logto_runtime::{AuthInfo, Policy, require_auth, require_org_permission, require_org_scopes};

use crate::support::{get as ask, tenant, text};

#[require_org_scopes("read:products")]
struct ReadOfOrganization;

#[require_org_permission("invite:member")]
struct Invite;

/// Returns the organization in which the policy is granted, or the message of the rejection.
async fn answer<P: Policy>(auth: AuthInfo, organization: &str) -> String {
    match auth.check_in::<P>(organization).await {
        Ok(organization) => format!("granted in {organization}"),
        Err(rejection) => rejection.message().to_owned(),
    }
}

#[require_auth]
async fn after_require_auth(
    Path((policy, organization)): Path<(String, String)>,
    auth: AuthInfo,
) -> String {
    with_auth_info_alone(Path((policy, organization)), auth).await
}

async fn with_auth_info_alone(
    Path((policy, organization)): Path<(String, String)>,
    auth: AuthInfo,
) -> String {
    match policy.as_str() {
        "scopes" => answer::<ReadOfOrganization>(auth, &organization).await,
        _ => answer::<Invite>(auth, &organization).await,
    }
}

#[tokio::test]
async fn a_policy_for_a_message_needs_the_token_and_the_guard_that_the_page_names() {
    let tenant = tenant();
    let app = Router::new()
        .route(
            "/require_auth/{policy}/{organization}",
            get(after_require_auth),
        )
        .route("/alone/{policy}/{organization}", get(with_auth_info_alone))
        .with_state::<()>(tenant.logto().build().unwrap());
    let alice = || tenant.token().user("alice").organization("acme");
    let for_api = alice().resource(crate::support::RESOURCE);
    let for_api = for_api.scopes(["read:products"]).mint();
    let organization = alice().scopes(["invite:member"]).mint();
    for (path, token, status, answer) in [
        (
            "/require_auth/scopes/acme",
            &for_api,
            200,
            "granted in acme",
        ),
        (
            "/require_auth/scopes/globex",
            &for_api,
            200,
            "Organization mismatch",
        ),
        (
            "/require_auth/permission/acme",
            &for_api,
            200,
            "Organization context is missing",
        ),
        (
            "/require_auth/permission/acme",
            &organization,
            401,
            r#"{"error":"Invalid audience"}"#,
        ),
        (
            "/alone/permission/acme",
            &organization,
            200,
            "granted in acme",
        ),
        (
            "/alone/permission/globex",
            &organization,
            200,
            "Organization mismatch",
        ),
        ("/alone/scopes/acme", &for_api, 200, "granted in acme"),
    ] {
        let response = ask(&app, path, Some(token)).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(text(response).await, answer, "{path}");
    }
}
