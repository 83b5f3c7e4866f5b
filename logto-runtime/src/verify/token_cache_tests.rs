//! When a token leaves the cache.

use std::time::Duration;

use crate::{
    RejectionCode,
    test_util::{TestTenant, TestTenantBuilder},
};

const AN_HOUR: Duration = Duration::from_secs(3_600);
const LEEWAY: Duration = Duration::from_secs(60);
const A_SECOND: Duration = Duration::from_secs(1);

fn tenant() -> TestTenantBuilder {
    TestTenant::builder()
        .resource("https://api.example.com", ["read"])
        .offline()
}

/// Clients go on sending an expired token. These hits must not keep it in the cache.
#[tokio::test]
async fn a_cached_token_leaves_the_cache_when_it_is_rejected_because_it_has_expired() {
    let tenant = tenant().start();
    tenant.set_now(std::time::UNIX_EPOCH + AN_HOUR * 500_000);
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().expires_in(AN_HOUR).mint();
    let other = tenant.token().expires_in(AN_HOUR * 2).mint();
    for token in [&token, &other] {
        logto.verify(token).await.unwrap();
    }
    tenant.advance(AN_HOUR + LEEWAY - A_SECOND);
    logto.verify(&token).await.unwrap();
    assert_eq!(logto.health().cached_tokens, 2, "within the leeway");
    tenant.advance(A_SECOND);
    for _ in 0..2 {
        let error = logto.verify(&token).await.unwrap_err();
        assert_eq!(error.code(), RejectionCode::Expired);
        assert_eq!(logto.health().cached_tokens, 1);
    }
    logto.verify(&other).await.unwrap();
}

/// A wall clock that is set back is not a reason to check signatures again.
#[tokio::test]
async fn a_cached_token_that_is_not_valid_yet_stays_in_the_cache() {
    let tenant = tenant().start();
    let start = std::time::UNIX_EPOCH + AN_HOUR * 500_000;
    tenant.set_now(start);
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().mint();
    logto.verify(&token).await.unwrap();
    tenant.set_now(start - AN_HOUR);
    logto.verify(&token).await.unwrap_err();
    assert_eq!(logto.health().cached_tokens, 1);
    tenant.set_now(start);
    logto.verify(&token).await.unwrap();
}

#[cfg(feature = "revocation")]
#[tokio::test]
async fn a_cached_token_leaves_the_cache_when_its_revocation_may_have_been_forgotten() {
    let tenant = tenant().start();
    tenant.set_now(std::time::UNIX_EPOCH + AN_HOUR * 500_000);
    let revocations = crate::Revocations::in_memory(tenant.endpoint());
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    let token = tenant.token().expires_in(AN_HOUR * 10_000).mint();
    logto.verify(&token).await.unwrap();
    assert_eq!(logto.health().cached_tokens, 1);
    tenant.advance(AN_HOUR * 9_000);
    let error = logto.verify(&token).await.unwrap_err();
    assert_eq!(error.code(), RejectionCode::OlderThanRevocations);
    assert_eq!(logto.health().cached_tokens, 0);
}
