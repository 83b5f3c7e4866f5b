//! Keys become older: first they are fresh, then stale, then old, then unusable. A background fetch refreshes
//! stale keys. Requests with old keys wait for a fetch, except after a recent failure. Unusable keys are not
//! used.

use std::time::Duration;

use tokio::time::{Instant, advance};

use super::{
    endpoint::Endpoint,
    support::{COOLDOWN, FRESH_FOR, Service, TestKey, USABLE_FOR, unknown},
};
use crate::jwks::KeyTimes;

const NINE_HOURS: Duration = Duration::from_secs(9 * 3_600);

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[tokio::test(start_paused = true)]
async fn fresh_keys_are_not_fetched_again() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.time.advance(FRESH_FOR - seconds(0.001));
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    tokio::task::yield_now().await;
    assert_eq!(service.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn stale_keys_are_used_while_one_background_fetch_revalidates_them() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    for round in 1..=3 {
        service.time.advance(FRESH_FOR);
        service.endpoint.hold();
        for number in 0..100 {
            let token = key.token(&number.to_string());
            assert_eq!(service.ask_now(&token), Some(Ok(())));
            tokio::task::yield_now().await;
        }
        service.endpoint.release();
        tokio::task::yield_now().await;
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        assert_eq!(service.endpoint.requests(), 1 + round);
        let (keys, age) = service.verifier.keys.loaded().unwrap();
        assert_eq!((keys, age), (1, Duration::ZERO));
    }
    let tags = service.endpoint.entity_tags();
    assert_eq!(tags[0], None);
    assert!(tags[1].is_some());
    assert_eq!(tags[2..], [tags[1].clone(), tags[1].clone()]);
}

/// A response does not contain changes that were made after the request.
#[tokio::test(start_paused = true)]
async fn the_age_of_keys_counts_from_the_start_of_their_fetch() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    service.endpoint.hold();
    let request = service.spawn(&key.token("alice"));
    service.endpoint.requested(1).await;
    advance(seconds(4.0)).await;
    service.endpoint.release();
    assert_eq!(request.await.unwrap(), Ok(()));
    let (_, age) = service.verifier.keys.loaded().unwrap();
    assert!((4.0..4.1).contains(&age.as_secs_f64()), "{age:?}");
    service.time.advance(FRESH_FOR - seconds(4.0));
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    service.endpoint.requested(2).await;
}

#[tokio::test(start_paused = true)]
async fn a_removed_key_is_rejected_after_hours_without_requests() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    let cached = old.token("alice");
    assert_eq!(service.ask_now(&cached), Some(Ok(())));
    service.endpoint.serve(&[&new]);
    service.time.advance(NINE_HOURS);
    assert_eq!(service.ask(&cached).await, unknown(&old));
}

/// Hours after a failed fetch, the outage that caused the failure may be over.
#[tokio::test(start_paused = true)]
async fn requests_with_old_keys_wait_for_a_fetch_if_the_last_failure_was_hours_ago() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    let cached = old.token("alice");
    service.time.advance(FRESH_FOR);
    service.endpoint.fail();
    assert_eq!(service.ask_now(&cached), Some(Ok(())));
    service.endpoint.requested(2).await;
    tokio::task::yield_now().await;
    assert!(service.verifier.keys.last_error().is_some());
    service.endpoint.serve(&[&new]);
    service.time.advance(NINE_HOURS);
    assert_eq!(service.ask(&cached).await, unknown(&old));
}

#[tokio::test(start_paused = true)]
async fn old_keys_are_used_two_seconds_after_the_start_of_a_fetch() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.time.advance(FRESH_FOR * 3);
    service.endpoint.hold();
    let began = Instant::now();
    let first = service.spawn(&key.token("first"));
    service.endpoint.requested(2).await;
    advance(seconds(1.5)).await;
    let second = service.spawn(&key.token("second"));
    assert_eq!(first.await.unwrap(), Ok(()));
    assert_eq!(second.await.unwrap(), Ok(()));
    let waited = began.elapsed();
    assert!(
        (2.0..2.1).contains(&waited.as_secs_f64()),
        "the requests ended after {waited:?}"
    );
    let before = Instant::now();
    assert_eq!(service.ask(&key.token("third")).await, Ok(()));
    assert!(before.elapsed() < seconds(0.1));
    assert_eq!(service.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn old_keys_are_used_without_waiting_only_after_a_failed_fetch() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.time.advance(FRESH_FOR * 3);
    service.endpoint.hold();
    assert_eq!(service.ask_now(&key.token("alice")), None);
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    assert_eq!(service.ask_now(&key.token("alice")), None);
    // Two seconds have passed. The fetch times out after five.
    advance(seconds(3.1)).await;
    tokio::task::yield_now().await;
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    // Background fetches retry, and hang like the first one.
    for round in 0..10 {
        service.time.advance(Duration::from_secs(61));
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        service.endpoint.requested(3 + round).await;
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        advance(seconds(5.1)).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(service.endpoint.requests(), 12);
    assert_eq!(service.endpoint.most_in_flight(), 1);
}

#[tokio::test(start_paused = true)]
async fn setting_the_wall_clock_back_does_not_change_the_age_of_keys() {
    let key = TestKey::new("k1");
    let token = key.token_issued_at(0, "alice");
    let service = Service::knowing(&[&key]).await;
    service.time.advance(FRESH_FOR / 2);
    assert_eq!(service.ask_now(&token), Some(Ok(())));
    service.time.set_back(NINE_HOURS);
    assert_eq!(service.ask_now(&token), Some(Ok(())));
    tokio::task::yield_now().await;
    assert_eq!(service.endpoint.requests(), 1);
    service.time.advance(FRESH_FOR / 2);
    assert_eq!(service.ask_now(&token), Some(Ok(())));
    service.endpoint.requested(2).await;
}

#[tokio::test(start_paused = true)]
async fn keys_with_an_unlimited_fresh_time_are_never_fetched_again() {
    let key = TestKey::new("k1");
    let times = KeyTimes {
        fresh_for: Duration::MAX,
        usable_for: Duration::MAX,
        unknown_key_cooldown: COOLDOWN,
    };
    let service = Service::with_times(&Endpoint::serving(&[&key]), times);
    // From here on, the current time plus `fresh_for` is more than a `Duration` can hold.
    service.time.advance(Duration::from_secs(1));
    service.verifier.keys.load().await.unwrap();
    for _ in 0..3 {
        service.time.advance(USABLE_FOR * 1_000);
        assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    }
    assert_eq!(service.endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn requests_wait_for_the_next_fetch_if_keys_are_usable_only_while_they_are_fresh() {
    let key = TestKey::new("k1");
    let times = KeyTimes {
        fresh_for: FRESH_FOR,
        usable_for: FRESH_FOR,
        unknown_key_cooldown: COOLDOWN,
    };
    let service = Service::with_times(&Endpoint::serving(&[&key]), times);
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    service.time.advance(FRESH_FOR);
    assert_eq!(service.ask_now(&key.token("alice")), None);
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    assert_eq!(service.endpoint.requests(), 2);
}
