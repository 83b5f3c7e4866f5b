//! Every recorded token gets its expected decision at every guard.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{Json, Router, routing::get};
use logto_runtime::{
    AuthInfo, Logto, OrganizationId, require_auth, require_org_permission, require_org_scopes,
    require_scopes,
};
use serde_json::{Value, json};

use crate::{
    recorded::{Decision, Recorded, read, text_of},
    support::{Answer, ORG, PRODUCTS, ask, at},
};

#[require_auth]
async fn products_auth(auth: AuthInfo) -> Json<Value> {
    admitted(auth.organization_id())
}

#[require_scopes("read:products")]
async fn products_read(auth: AuthInfo) -> Json<Value> {
    admitted(auth.organization_id())
}

#[require_scopes("read:products", "write:products", "write:orders")]
async fn products_all(auth: AuthInfo) -> Json<Value> {
    admitted(auth.organization_id())
}

#[require_scopes(any("write:products", "write:orders"))]
async fn products_any(auth: AuthInfo) -> Json<Value> {
    admitted(auth.organization_id())
}

#[require_scopes("read:data", resource = "https://api.example.com/org")]
async fn org_api_as_global(auth: AuthInfo) -> Json<Value> {
    admitted(auth.organization_id())
}

#[require_org_permission("invite:member")]
async fn invite(organization: OrganizationId) -> Json<Value> {
    admitted(Some(organization.as_str()))
}

#[require_org_permission("invite:member")]
async fn invite_in_a(organization: OrganizationId) -> Json<Value> {
    admitted(Some(organization.as_str()))
}

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
async fn org_read(organization: OrganizationId) -> Json<Value> {
    admitted(Some(organization.as_str()))
}

#[require_org_scopes(
    "read:data",
    "write:settings",
    resource = "https://api.example.com/org"
)]
async fn org_settings_in_a(organization: OrganizationId) -> Json<Value> {
    admitted(Some(organization.as_str()))
}

fn admitted(organization: Option<&str>) -> Json<Value> {
    Json(json!({ "organization_id": organization }))
}

fn app(logto: Logto) -> Router {
    Router::new()
        .route("/products_auth", get(products_auth))
        .route("/products_read", get(products_read))
        .route("/products_all", get(products_all))
        .route("/products_any", get(products_any))
        .route("/org_api_as_global", get(org_api_as_global))
        .route("/invite", get(invite))
        .route("/org_read", get(org_read))
        .nest(
            "/organizations/{organization_id}",
            Router::new()
                .route("/invite_in_a", get(invite_in_a))
                .route("/org_settings_in_a", get(org_settings_in_a)),
        )
        .with_state(logto)
}

/// Returns the algorithm of the token in each file. An opaque token has an empty algorithm.
fn algorithms() -> BTreeMap<String, String> {
    let index: Value = read("index.json");
    let entries = index["entries"].as_array().unwrap();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    entries
        .iter()
        .map(|entry| (text(entry, "file"), text(entry, "alg")))
        .collect()
}

/// The answer of one guard to one recorded token, and the expected decision.
pub(crate) struct Replayed<'a> {
    pub(crate) case: String,
    pub(crate) token: &'a str,
    pub(crate) answer: Answer,
    file: &'a str,
    expected: &'a Decision,
}

/// Sends every recorded token through every guard, at a time at which the token was valid.
pub(crate) async fn replay(token_cache_bytes: usize, mut see: impl FnMut(Replayed<'_>)) {
    let expected = Recorded::read();
    let now = Arc::new(AtomicU64::new(0));
    let mut apps: BTreeMap<(String, String), Router> = BTreeMap::new();
    for token in &expected.tokens {
        now.store(token.now, Ordering::Relaxed);
        let jwks = token.key_set_file();
        let app = apps
            .entry((jwks.to_owned(), token.issuer.clone()))
            .or_insert_with(|| {
                let now = Arc::clone(&now);
                let logto = Logto::builder(token.issuer.trim_end_matches("/oidc"))
                    .resource(PRODUCTS)
                    .resource(ORG)
                    .issuer(token.issuer.as_str())
                    .jwks_json(text_of(jwks))
                    .token_cache_bytes(token_cache_bytes)
                    .clock(move || at(now.load(Ordering::Relaxed)));
                app(logto.build().unwrap())
            });
        let access_token = token.text();
        assert!(token.decisions.keys().eq(expected.guards.keys()));
        for (guard, decision) in &token.decisions {
            let uri = match guard.strip_suffix("_in_a") {
                Some(_) => format!("/organizations/{}/{guard}", expected.organization_a),
                None => format!("/{guard}"),
            };
            see(Replayed {
                case: format!("{} at {guard}", token.file),
                token: &access_token,
                answer: ask(app, &uri, &access_token).await,
                file: &token.file,
                expected: decision,
            });
        }
    }
}

#[tokio::test]
async fn every_recorded_token_gets_the_expected_decision_at_every_guard() {
    let algorithms = algorithms();
    // First without the token cache, then with it.
    for token_cache_bytes in [0, 1 << 20] {
        let (mut tokens, mut decisions) = (BTreeSet::new(), 0);
        let mut admitted_algorithms = BTreeSet::new();
        replay(token_cache_bytes, |replayed| {
            let expected = replayed.expected;
            let body = match &expected.error {
                Some(error) => json!({ "error": error }),
                None => json!({ "organization_id": expected.organization_id }),
            };
            let answer = (replayed.answer.status, replayed.answer.body);
            let expected_answer = (expected.status, body.to_string());
            assert_eq!(answer, expected_answer, "{}", replayed.case);
            tokens.insert(replayed.file.to_owned());
            decisions += 1;
            if expected.status == 200 {
                admitted_algorithms.insert(algorithms[replayed.file].as_str());
            }
        })
        .await;

        assert_eq!((tokens.len(), decisions), (71, 639));
        let every_algorithm = BTreeSet::from(["ES256", "ES384", "ES512", "RS256"]);
        assert_eq!(admitted_algorithms, every_algorithm);
    }
}

#[test]
fn the_guards_are_written_as_in_the_recording() {
    let bare = |text: &str| {
        let text: String = text.split_whitespace().collect();
        text.replace(",)]", ")]")
    };
    let source = bare(include_str!("recorded_decisions.rs"));
    let expected = Recorded::read();
    assert_eq!(expected.guards.len(), 9);
    for (guard, written) in expected.guards {
        let attribute = written.split("  //").next().unwrap();
        let handler = bare(&format!("{attribute} async fn {guard}("));
        assert!(source.contains(&handler), "{handler}");
    }
}
