//! The output of `Debug`, and the secrets that it must not show.

use axum::{Router, routing::get as on_get};
use logto_runtime::{AuthInfo, Guard, Logto, require_scopes};

use super::{alice, tenant};
use crate::support::{Answer, PRODUCTS, ask};

#[require_scopes("read:products")]
struct Read;

#[tokio::test]
async fn debug_of_a_caller_shows_only_subject_client_and_organization() {
    async fn shown(guard: Guard<Read>, auth: AuthInfo) -> String {
        format!("{guard:?} {auth:?}")
    }
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = Router::new().route("/", on_get(shown)).with_state(logto);
    let token = alice(&tenant).claim("email", "alice@example.com").mint();
    let auth = r#"AuthInfo { subject: "alice", client_id: "test-app", organization_id: None, .. }"#;
    let shown = Answer::ok(&format!("Guard({auth}) {auth}"));
    assert_eq!(ask(&app, "/", &token).await, shown);
}

#[tokio::test]
async fn debug_of_a_rejection_shows_only_its_answer_and_code() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let refused = logto
        .verify(&alice(&tenant).tampered().mint())
        .await
        .unwrap_err();
    let debug = r#"Rejection { status: 401, message: "Invalid token", code: "bad_signature", .. }"#;
    assert_eq!(format!("{refused:?}"), debug);
    assert_eq!(refused.to_string(), "Invalid token");
}

#[tokio::test]
async fn debug_of_builder_and_logto_shows_no_keys_tokens_or_passwords() {
    let tenant = tenant();
    let token = alice(&tenant).mint();
    let logto = tenant.logto().build().unwrap();
    logto.verify(&token).await.unwrap();
    let layer = logto.require::<Read>();
    let endpoint = "https://admin:hunter2@tenant.example";
    let careless = Logto::builder(endpoint)
        .resource(PRODUCTS)
        .jwks_uri("https://admin:hunter2@tenant.example/jwks")
        .issuer("https://admin:hunter2@tenant.example/oidc");
    let error = Logto::builder(endpoint)
        .resource(PRODUCTS)
        .build()
        .unwrap_err();
    for shown in [
        format!("{:?}", tenant.logto()),
        format!("{logto:?}"),
        format!("{layer:?}"),
        format!("{careless:?}"),
        format!("{error:?} {error}"),
    ] {
        let key = tenant.signing_kid();
        for secret in [token.as_str(), "eyJ", "hunter2", "alice", &key] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    let expected = format!(
        "Logto {{ endpoint: {:?}, resources: [{PRODUCTS:?}, {:?}], .. }}",
        tenant.endpoint(),
        crate::support::ORG
    );
    assert_eq!(format!("{logto:?}"), expected);
}
