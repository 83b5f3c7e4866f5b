//! Every token recorded from a Logto server, at every guard: the decision it must get.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
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
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{ORG, PRODUCTS, ask, at};

#[derive(Deserialize)]
struct Recorded {
    guards: BTreeMap<String, String>,
    organization_a: String,
    tokens: Vec<Token>,
}

#[derive(Deserialize)]
struct Token {
    file: String,
    token_pointer: String,
    jwks: Option<String>,
    issuer: String,
    now: u64,
    decisions: BTreeMap<String, Decision>,
}

#[derive(Deserialize)]
struct Decision {
    status: u16,
    error: Option<String>,
    organization_id: Option<String>,
}

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

fn recorded(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recorded");
    fs::read_to_string(path.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn read<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    serde_json::from_str(&recorded(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Which algorithm signed each recorded token; opaque ones have none.
fn algorithms() -> BTreeMap<String, String> {
    let index: Value = read("index.json");
    let entries = index["entries"].as_array().unwrap();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    entries
        .iter()
        .map(|entry| (text(entry, "file"), text(entry, "alg")))
        .collect()
}

#[tokio::test]
async fn every_recorded_token_gets_the_expected_decision_at_every_guard() {
    let expected: Recorded = read("expected-decisions.json");
    let algorithms = algorithms();
    let now = Arc::new(AtomicU64::new(0));
    let mut apps: BTreeMap<(String, String), Router> = BTreeMap::new();
    let mut decisions = 0;
    let mut admitted_algorithms = BTreeSet::new();

    for token in &expected.tokens {
        now.store(token.now, Ordering::Relaxed);
        let jwks = token.jwks.as_deref().unwrap_or("jwks.json");
        let app = apps
            .entry((jwks.to_owned(), token.issuer.clone()))
            .or_insert_with(|| {
                let now = Arc::clone(&now);
                let logto = Logto::builder(token.issuer.trim_end_matches("/oidc"))
                    .resource(PRODUCTS)
                    .resource(ORG)
                    .issuer(token.issuer.as_str())
                    .jwks_json(recorded(jwks))
                    .clock(move || at(now.load(Ordering::Relaxed)));
                app(logto.build().unwrap())
            });
        let file: Value = read(&token.file);
        let access_token = file.pointer(&token.token_pointer).and_then(Value::as_str);
        let access_token = access_token.unwrap();
        assert_eq!(
            token.decisions.len(),
            expected.guards.len(),
            "{}",
            token.file
        );
        for (guard, decision) in &token.decisions {
            let uri = match guard.strip_suffix("_in_a") {
                Some(_) => format!("/organizations/{}/{guard}", expected.organization_a),
                None => format!("/{guard}"),
            };
            let body = match &decision.error {
                Some(error) => json!({ "error": error }),
                None => json!({ "organization_id": decision.organization_id }),
            };
            // The second answer comes from the token cache, where there is one to give.
            for sight in ["first", "second"] {
                let case = format!("{} at {guard}, {sight} sight", token.file);
                let answer = ask(app, &uri, access_token).await;
                assert_eq!(answer.status, decision.status, "{case}: {}", answer.body);
                assert_eq!(answer.body, body.to_string(), "{case}");
            }
            decisions += 1;
            if decision.status == 200 {
                admitted_algorithms.insert(algorithms[&token.file].as_str());
            }
        }
    }

    assert_eq!(expected.tokens.len(), 71);
    assert_eq!(decisions, 639);
    let every_algorithm = BTreeSet::from(["ES256", "ES384", "ES512", "RS256"]);
    assert_eq!(admitted_algorithms, every_algorithm);
}

#[test]
fn the_guards_are_written_as_the_recording_has_them() {
    let bare = |text: &str| {
        let text: String = text.split_whitespace().collect();
        text.replace(",)]", ")]")
    };
    let source = bare(include_str!("recorded_decisions.rs"));
    let expected: Recorded = read("expected-decisions.json");
    assert_eq!(expected.guards.len(), 9);
    for (guard, written) in expected.guards {
        let attribute = written.split("  //").next().unwrap();
        let handler = bare(&format!("{attribute} async fn {guard}("));
        assert!(source.contains(&handler), "{handler}");
    }
}
