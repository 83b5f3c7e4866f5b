//! The first fetch. Also cases without a fetch: fixed keys, malformed tokens, requests outside a runtime, and
//! runtimes without a timer.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::task::JoinSet;

use super::{
    endpoint::Endpoint,
    support::{BEGINNING, FRESH_FOR, Service, TestKey, retry_after, unknown},
    warnings::Warnings,
};
use crate::{
    jwks::{FetchError, KeyCache, KeySet, KeyTimes, Need},
    token::access_token::AccessToken,
    verify::Verification,
};

/// Polls a future once, outside a runtime.
fn poll_without_a_runtime<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Sends a thousand concurrent requests, and returns the `Retry-After` of each.
async fn retry_after_of_a_thousand_requests(service: &Service, key: &TestKey) -> Vec<Option<f64>> {
    let mut requests = JoinSet::new();
    for number in 0..1_000 {
        let (service, token) = (service.clone(), key.token(&number.to_string()));
        requests.spawn(async move { retry_after(&service.ask(&token).await) });
    }
    service.endpoint.requested(1).await;
    service.endpoint.release();
    requests.join_all().await
}

#[tokio::test(start_paused = true)]
async fn a_thousand_concurrent_requests_fetch_once() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    service.endpoint.hold();
    let waits = retry_after_of_a_thousand_requests(&service, &key).await;
    assert_eq!(waits, [None; 1_000]);
    assert_eq!(service.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_concurrent_requests_share_one_failed_fetch() {
    let service = Service::new(&Endpoint::failing());
    service.endpoint.hold();
    for wait in retry_after_of_a_thousand_requests(&service, &TestKey::new("k1")).await {
        assert!((0.5..=1.0).contains(&wait.unwrap()), "{wait:?}");
    }
    assert_eq!(service.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_goes_on_after_all_waiting_clients_have_disconnected() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    service.endpoint.hold();
    for number in 0..10 {
        let request = service.spawn(&key.token(&number.to_string()));
        service.endpoint.requested(1).await;
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
    }
    assert_eq!(service.endpoint.running(), 1);
    service.endpoint.release();
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    assert_eq!(service.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_and_a_request_share_the_fetch() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    service.endpoint.hold();
    let request = service.spawn(&key.token("alice"));
    service.endpoint.requested(1).await;
    let verifier = service.verifier.clone();
    let warm_up = tokio::spawn(async move { verifier.keys.load().await });
    tokio::task::yield_now().await;
    service.endpoint.release();
    warm_up.await.unwrap().unwrap();
    assert_eq!(request.await.unwrap(), Ok(()));
    assert_eq!(service.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_during_the_backoff_returns_the_error_of_the_failed_fetch() {
    let service = Service::new(&Endpoint::failing());
    for _ in 0..2 {
        let error = service.verifier.keys.load().await.unwrap_err();
        assert!(matches!(*error, FetchError::Status(status) if status == 500));
    }
    assert_eq!(service.endpoint.requests(), 1);
}

#[test]
fn fixed_keys_never_age_and_are_used_without_a_fetch() {
    let (key, unlisted) = (TestKey::new("k1"), TestKey::new("k2"));
    let times = KeyTimes {
        fresh_for: Duration::from_secs(1),
        usable_for: Duration::from_secs(1),
        unknown_key_cooldown: Duration::from_secs(1),
    };
    let service = Service::with_times(&Endpoint::failing(), times);
    let document = super::support::document(&[&key]);
    let keys = KeySet::parse(document.as_bytes(), None).unwrap();
    let keys = KeyCache::fixed(keys, times, service.time.clock());
    service.time.advance(FRESH_FOR * 1_000);
    assert!(!keys.must_wait(service.time.clock().read()) && !keys.can_refresh());
    assert_eq!(keys.find("k1", 0).unwrap().key_id(), "k1");
    assert!(matches!(keys.find(&unlisted.id, 0), Err(Need::Key { .. })));
}

#[test]
fn outside_a_runtime_a_request_without_keys_gets_503_and_does_not_panic() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    let answer = poll_without_a_runtime(service.ask(&key.token("alice"))).unwrap();
    assert_eq!(retry_after(&answer), Some(0.0));
    let error = poll_without_a_runtime(service.verifier.keys.load()).unwrap();
    assert!(matches!(*error.unwrap_err(), FetchError::NoRuntime));
    assert_eq!(service.endpoint.requests(), 0);
}

#[test]
fn outside_a_runtime_a_request_does_not_join_a_running_fetch() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    service.endpoint.hold();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let request = service.spawn_in(runtime.handle(), &key.token("alice"));
    runtime.block_on(service.endpoint.requested(1));
    let answer = poll_without_a_runtime(service.ask(&key.token("bob"))).unwrap();
    assert!(retry_after(&answer).is_some(), "{answer:?}");
    service.endpoint.release();
    assert_eq!(runtime.block_on(request).unwrap(), Ok(()));
}

#[test]
fn outside_a_runtime_known_keys_are_used_and_unknown_ones_get_503() {
    let (key, rotated) = (TestKey::new("k1"), TestKey::new("k2"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let service = runtime.block_on(Service::knowing(&[&key]));
    service.time.advance(FRESH_FOR * 4);
    let rotated_token = rotated.token_issued_at(BEGINNING + (FRESH_FOR * 4).as_secs(), "alice");
    let answer = poll_without_a_runtime(service.ask(&key.token("alice")));
    assert_eq!(answer, Some(Ok(())));
    for _ in 0..10 {
        let answer = poll_without_a_runtime(service.ask(&rotated_token)).unwrap();
        assert!(retry_after(&answer).is_some(), "{answer:?}");
    }
    // The ten requests did not count for the rate limit, so two fetches for this key are permitted.
    for _ in 0..2 {
        let answer = runtime.block_on(service.ask(&rotated_token));
        assert_eq!(answer, unknown(&rotated));
    }
    // The first fetch, the refresh of the old keys, and the two permitted fetches.
    assert_eq!(service.endpoint.requests(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_malformed_token_does_not_cause_a_fetch() {
    let service = Service::new(&Endpoint::failing());
    let valid = TestKey::new("k1").token("alice");
    let (signed, _) = valid.rsplit_once('.').unwrap();
    for token in [
        "opaque",
        "a.b.c",
        signed,
        &format!("{signed}.%"),
        &valid[1..],
    ] {
        let verification = service
            .verifier
            .try_verify(AccessToken::new(token.as_bytes()), || None);
        assert!(matches!(verification, Verification::Rejected(_)), "{token}");
    }
    assert_eq!(service.endpoint.requests(), 0);
}

/// In a runtime without a timer, tokio's `timeout` panics.
#[test]
fn in_a_runtime_without_a_timer_a_request_without_keys_gets_503_and_does_not_panic() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    let runtime = { tokio::runtime::Builder::new_current_thread() }
        .build()
        .unwrap();
    let answer = runtime.block_on(service.ask(&key.token("alice")));
    assert_eq!(retry_after(&answer), Some(0.0));
    let error = runtime.block_on(service.verifier.keys.load());
    assert!(matches!(*error.unwrap_err(), FetchError::NoTimer));
    assert_eq!(service.endpoint.requests(), 0);
}

#[test]
fn a_fetch_that_cannot_start_is_warned_of_once_and_the_first_failure_after_it_once_more() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::failing());
    for _ in 0..3 {
        let answer = poll_without_a_runtime(service.ask(&key.token("alice"))).unwrap();
        assert_eq!(retry_after(&answer), Some(0.0));
    }
    let no_runtime = FetchError::NoRuntime.to_string();
    assert_eq!(warnings.reasons(), [&*no_runtime]);

    let runtime = { tokio::runtime::Builder::new_current_thread() }
        .enable_all()
        .build()
        .unwrap();
    for _ in 0..3 {
        let answer = runtime.block_on(service.ask(&key.token("alice")));
        assert!(retry_after(&answer).is_some(), "{answer:?}");
        let answer = poll_without_a_runtime(service.ask(&key.token("alice"))).unwrap();
        assert!(retry_after(&answer).is_some(), "{answer:?}");
        service.time.advance(FRESH_FOR);
    }
    let failed = FetchError::Status(http::StatusCode::INTERNAL_SERVER_ERROR).to_string();
    assert_eq!(warnings.reasons(), [&*no_runtime, &failed]);

    service.endpoint.serve(&[&key]);
    assert_eq!(runtime.block_on(service.ask(&key.token("alice"))), Ok(()));
    service.endpoint.fail();
    assert!(runtime.block_on(service.verifier.keys.load()).is_err());
    assert_eq!(warnings.reasons().len(), 3, "the next outage");
}
