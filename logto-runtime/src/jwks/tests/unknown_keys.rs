//! Tests tokens whose key is not in the current key set. The key is new, or the token is forged.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use super::{
    endpoint::Endpoint,
    support::{COOLDOWN, FRESH_FOR, Service, TestKey, USABLE_FOR, retry_after, unknown},
};
use crate::{
    jwks::KeyTimes,
    token::access_token::AccessToken,
    verify::{Expected, Verification, Verifier, VerifyError},
};

#[tokio::test(start_paused = true)]
async fn a_thousand_unknown_keys_at_once_make_at_most_two_fetches() {
    let service = Service::knowing(&[&TestKey::new("k1")]).await;
    service.endpoint.hold();
    let mut requests = JoinSet::new();
    for number in 0..1_000 {
        let service = service.clone();
        let unlisted = TestKey::new(format!("unlisted-{number}"));
        requests.spawn(async move {
            let answer = service.ask(&unlisted.token("mallory")).await;
            assert_eq!(answer, unknown(&unlisted));
        });
    }
    service.endpoint.requested(2).await;
    service.endpoint.release();
    requests.join_all().await;
    let fetches = service.endpoint.requests() - 1;
    assert!((1..=2).contains(&fetches), "{fetches}");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_unknown_keys_one_by_one_make_two_fetches() {
    let service = Service::knowing(&[&TestKey::new("k1")]).await;
    for number in 0..1_000 {
        let unlisted = TestKey::new(format!("unlisted-{number}"));
        let answer = service.ask(&unlisted.token("mallory")).await;
        assert_eq!(answer, unknown(&unlisted));
    }
    assert_eq!(service.endpoint.requests() - 1, 2);
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_unknown_keys_makes_one_fetch_per_cooldown() {
    let service = Service::knowing(&[&TestKey::new("k1")]).await;
    let unlisted = TestKey::new("unlisted").token("mallory");
    let seconds = 3_600;
    for _ in 0..seconds {
        service.time.advance(Duration::from_secs(1));
        assert!(service.ask(&unlisted).await.is_err());
    }
    let cooldowns = seconds / COOLDOWN.as_secs() as usize;
    let fetches = service.endpoint.requests() - 1;
    // Each fetch makes the key set fresh, so the age of the set does not cause further fetches.
    assert!((cooldowns..=cooldowns + 2).contains(&fetches), "{fetches}");
}

#[tokio::test(start_paused = true)]
async fn a_token_with_a_known_key_does_not_wait_for_unknown_keys() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.endpoint.hold();
    let unlisted = service.spawn(&TestKey::new("unlisted").token("mallory"));
    service.endpoint.requested(2).await;
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    assert!(!unlisted.is_finished());
}

#[tokio::test(start_paused = true)]
async fn clients_that_disconnect_do_not_prevent_the_fetch_of_a_new_key() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.serve(&[&new, &old]);
    service.endpoint.hold();
    for number in 0..100 {
        let unlisted = TestKey::new(format!("unlisted-{number}"));
        let request = service.spawn(&unlisted.token("mallory"));
        service.endpoint.requested(2).await;
        request.abort();
    }
    service.endpoint.release();
    assert_eq!(service.ask(&new.token("alice")).await, Ok(()));
    assert_eq!(service.endpoint.requests(), 2);
}

/// All requests look up the key before the fetch starts. So one fetch is enough. Most of these requests begin
/// to wait only after the fetch has ended.
#[tokio::test(start_paused = true)]
async fn a_burst_of_requests_with_a_new_key_makes_one_fetch() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.serve(&[&new, &old]);
    let tokens: Vec<_> = (0..10)
        .map(|number| new.token(&number.to_string()))
        .collect();
    let mut waiting = Vec::new();
    for token in &tokens {
        let token = AccessToken::new(token.as_bytes());
        match service.verifier.try_verify(token, || None) {
            Verification::Waits(need) => waiting.push((need, token)),
            other => panic!("{other:?}"),
        }
    }
    for (need, token) in waiting {
        let result = service.verifier.verify_after(need, token).await;
        assert!(result.is_ok(), "{result:?}");
    }
    assert_eq!(service.endpoint.requests() - 1, 1);
    // The rate limit permits two fetches, so a second fetch is left for the next rotation.
    let next = TestKey::new("k3");
    service.endpoint.serve(&[&next, &new]);
    assert_eq!(service.ask(&next.token("alice")).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn while_fetches_fail_an_unknown_key_gets_503() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.fail();
    let first = service.ask(&new.token("alice")).await;
    let first = retry_after(&first).unwrap();
    let second = service.ask(&new.token("alice")).await;
    assert_eq!(retry_after(&second), Some(first));
    assert_eq!(service.endpoint.requests(), 2);
    service.time.advance(Duration::from_secs(1));
    // The next request makes the second fetch for an unknown key. The rate limit permits two fetches. So the
    // cooldown of the rate limit, not the back-off, decides when another fetch may start.
    let third = service.ask(&new.token("alice")).await;
    let wait = retry_after(&third).unwrap();
    assert!((8.0..=9.0).contains(&wait), "{wait}");
    assert_eq!(service.endpoint.requests(), 3);
    service.endpoint.serve(&[&new, &old]);
    service.time.advance(Duration::from_secs_f64(wait));
    assert_eq!(service.ask(&new.token("alice")).await, Ok(()));
    assert_eq!(service.endpoint.requests(), 4);
}

#[tokio::test(start_paused = true)]
async fn with_an_unlimited_cooldown_unknown_keys_make_two_fetches() {
    let times = KeyTimes {
        fresh_for: FRESH_FOR,
        usable_for: USABLE_FOR,
        unknown_key_cooldown: Duration::MAX,
    };
    let endpoint = Endpoint::serving(&[&TestKey::new("k1")]);
    let service = Service::with_times(&endpoint, times);
    service.verifier.keys.load().await.unwrap();
    // From here on, the current time plus the cooldown is more than a `Duration` can hold.
    service.time.advance(Duration::from_secs(1));
    let unlisted = TestKey::new("unlisted");
    for _ in 0..4 {
        let answer = service.ask(&unlisted.token("mallory")).await;
        assert_eq!(answer, unknown(&unlisted));
    }
    assert_eq!(service.endpoint.requests() - 1, 2);
}

/// Each request comes to another verifier, whose key cache is a clone.
#[tokio::test(start_paused = true)]
async fn clones_of_a_key_cache_share_its_rate_limit() {
    let service = Service::knowing(&[&TestKey::new("k1")]).await;
    let mut requests = JoinSet::new();
    for number in 0..50 {
        let Verifier {
            expected,
            algorithms,
            max_token_bytes,
            keys,
            cache: _,
            clock,
        } = &*service.verifier;
        let verifier = Verifier {
            expected: Expected {
                issuers: expected.issuers.clone(),
                ..*expected
            },
            algorithms: *algorithms,
            max_token_bytes: *max_token_bytes,
            keys: keys.clone(),
            cache: None,
            clock: clock.clone(),
        };
        let clone = Service {
            verifier: Arc::new(verifier),
            ..service.clone()
        };
        requests.spawn(async move {
            let unlisted = TestKey::new(format!("unlisted-{number}"));
            clone.ask(&unlisted.token("mallory")).await
        });
    }
    requests.join_all().await;
    assert!(service.endpoint.requests() - 1 <= 2);
    assert_eq!(service.endpoint.most_in_flight(), 1);
}

/// While fetches fail, the service can't know whether Logto lists the key. So it answers 503, and does not
/// reject the token.
#[tokio::test(start_paused = true)]
async fn a_rate_limited_unknown_key_gets_503_while_fetches_fail() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    for number in 0..2 {
        let unlisted = TestKey::new(format!("unlisted-{number}"));
        let answer = service.ask(&unlisted.token("mallory")).await;
        assert_eq!(answer, unknown(&unlisted));
    }
    let new = TestKey::new("k2");
    assert_eq!(service.ask(&new.token("alice")).await, unknown(&new));
    service.endpoint.fail();
    assert!(service.verifier.keys.load().await.is_err());
    // The back-off of the failure is over, but the cooldown of the rate limit is still running.
    service.time.advance(Duration::from_secs(2));
    let answer = service.ask(&new.token("alice")).await;
    assert!(
        matches!(answer, Err(VerifyError::KeysUnavailable { .. })),
        "{answer:?}"
    );
    assert_eq!(service.ask(&key.token("bob")).await, Ok(()));
}
