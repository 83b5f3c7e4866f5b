//! Counts the signature checks that repeated, concurrent, malformed and forged tokens cost.
#![cfg(feature = "test-util")]

use std::sync::Arc;

use axum::{Router, body::Body, routing::get};
use http::{Request, header::AUTHORIZATION};
use tower_service::Service;

use crate::{
    extract::{guard::Guard, organization_id::OrganizationId},
    jwks::VerificationKey,
    logto::{Logto, auth_info::AuthInfo, builder::LogtoBuilder},
    policy::{
        Policy,
        requirement::{Requirement, ScopeExpr},
    },
    test_util::{TestTenant, TokenBuilder},
    token::algorithm::Algorithm,
};

const RESOURCE: &str = "https://api.example.com/products";

struct Write;

impl Policy for Write {
    const REQUIREMENT: Requirement = Requirement::organization_scopes(ScopeExpr::One("write"));
}

struct Read;

impl Policy for Read {
    const REQUIREMENT: Requirement = Requirement::organization_scopes(ScopeExpr::One("read"));
}

/// Returns a tenant without a socket. Its `logto()` has the keys, so nothing is fetched.
fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .algorithm(Algorithm::EdDSA)
        .resource(RESOURCE, ["read", "write"])
        .start()
}

fn token(tenant: &TestTenant) -> TokenBuilder<'_> {
    let token = tenant.token().resource(RESOURCE).organization("acme");
    token.scopes(["read", "write"])
}

/// Returns a `Logto`, and a router that has two guards and three further extractors on one route.
fn app(builder: LogtoBuilder) -> (Logto, Router) {
    async fn handler(
        _: Guard<Write>,
        _: Guard<Read>,
        _: AuthInfo,
        _: Option<AuthInfo>,
        _: OrganizationId,
    ) {
    }
    let logto = builder.build().unwrap();
    let router = Router::new()
        .route("/{organization_id}", get(handler))
        .with_state(logto.clone());
    (logto, router)
}

async fn send(router: &mut Router, token: &str) -> u16 {
    let request = Request::get("/acme").header(AUTHORIZATION, format!("Bearer {token}"));
    let Ok(response) = router.call(request.body(Body::empty()).unwrap()).await;
    response.status().as_u16()
}

/// Returns the tenant's only key from the key set of `logto`. The key counts its signature checks.
fn key(logto: &Logto, tenant: &TestTenant) -> Arc<VerificationKey> {
    let keys: serde_json::Value = serde_json::from_str(&tenant.jwks_json()).unwrap();
    let id = keys["keys"][0]["kid"].as_str().unwrap();
    logto.verifier().keys.find(id, 0).unwrap()
}

#[tokio::test]
async fn a_thousand_requests_with_one_token_check_one_signature() {
    let tenant = tenant();
    let (logto, mut router) = app(tenant.logto());
    let valid = token(&tenant).mint();
    for _ in 0..1_000 {
        assert_eq!(send(&mut router, &valid).await, 200);
    }
    assert_eq!(key(&logto, &tenant).checks(), 1);
}

#[tokio::test]
async fn without_a_cache_all_guards_and_extractors_of_a_request_together_check_one_signature() {
    let tenant = tenant();
    let (logto, mut router) = app(tenant.logto().token_cache_bytes(0));
    let valid = token(&tenant).mint();
    for _ in 0..10 {
        assert_eq!(send(&mut router, &valid).await, 200);
    }
    assert_eq!(key(&logto, &tenant).checks(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_concurrent_first_requests_check_at_most_one_signature_per_thread() {
    let tenant = TestTenant::builder()
        .algorithm(Algorithm::EdDSA)
        .resource(RESOURCE, ["read", "write"])
        .start();
    let (logto, router) = app(tenant.logto());
    let valid: Arc<str> = token(&tenant).mint().into();
    let requests: Vec<_> = (0..1_000)
        .map(|_| {
            let (mut router, valid) = (router.clone(), Arc::clone(&valid));
            tokio::spawn(async move { send(&mut router, &valid).await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), 200);
    }
    assert_eq!(tenant.key_set_requests(), 1);
    assert!((1..=4).contains(&key(&logto, &tenant).checks()));
}

#[tokio::test]
async fn opaque_tokens_and_tokens_with_a_bad_header_or_claim_cost_no_signature_check() {
    let tenant = tenant();
    let (logto, mut router) = app(tenant.logto());
    let token = || token(&tenant);
    for (name, bad) in [
        ("opaque", token().opaque().mint()),
        ("header", token().raw_header("\"garbage\"").mint()),
        ("typ", token().header("typ", "JWT").mint()),
        ("alg", token().header("alg", "none").mint()),
        ("kid", token().header("kid", "unlisted").mint()),
        (
            "issuer",
            token().issuer("https://other.example/oidc").mint(),
        ),
        ("expired", token().claim("exp", 1_700_000_000).mint()),
        ("subject", token().without_claim("sub").mint()),
    ] {
        assert_eq!(send(&mut router, &bad).await, 401, "{name}");
    }
    assert_eq!(key(&logto, &tenant).checks(), 0);
}

#[tokio::test]
async fn a_forged_signature_costs_one_check_and_evicts_no_cached_token() {
    let tenant = tenant();
    let (logto, mut router) = app(tenant.logto().token_cache_bytes(8 * 1_024));
    let valid = token(&tenant).mint();
    assert_eq!(send(&mut router, &valid).await, 200);
    let fill = logto.verifier().cache.as_ref().unwrap().usage();
    for round in 1..=100 {
        let forged = token(&tenant).tampered().mint();
        assert_eq!(send(&mut router, &forged).await, 401);
        assert_eq!(key(&logto, &tenant).checks(), 1 + round);
    }
    assert_eq!(logto.verifier().cache.as_ref().unwrap().usage(), fill);
    assert_eq!(send(&mut router, &valid).await, 200);
    assert_eq!(key(&logto, &tenant).checks(), 101);
}
