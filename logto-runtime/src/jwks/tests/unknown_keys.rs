//! Tokens whose key is not in the set: a rotation, or a stranger's invention.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use super::{
    endpoint::Endpoint,
    support::{COOLDOWN, FRESH_FOR, Service, TestKey, USABLE_FOR, retry_after, unknown},
};
use crate::{jwks::KeyTimes, token::access_token::AccessToken, verify::Verification};

#[tokio::test(start_paused = true)]
async fn a_thousand_unknown_keys_at_once_make_at_most_two_fetches() {
    let service = Service::knowing(&[&TestKey::new("k1")]).await;
    service.endpoint.hold();
    let mut requests = JoinSet::new();
    for number in 0..1_000 {
        let service = service.clone();
        let stranger = TestKey::new(format!("stranger-{number}"));
        requests.spawn(async move {
            let answer = service.ask(&stranger.token("mallory")).await;
            assert_eq!(answer, unknown(&stranger));
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
        let stranger = TestKey::new(format!("stranger-{number}"));
        let answer = service.ask(&stranger.token("mallory")).await;
        assert_eq!(answer, unknown(&stranger));
    }
    assert_eq!(service.endpoint.requests() - 1, 2);
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_strangers_makes_one_fetch_per_cooldown() {
    let service = Service::knowing(&[&TestKey::new("k1")]).await;
    let stranger = TestKey::new("stranger").token("mallory");
    let seconds = 3_600;
    for _ in 0..seconds {
        service.time.advance(Duration::from_secs(1));
        assert!(service.ask(&stranger).await.is_err());
    }
    let cooldowns = seconds / COOLDOWN.as_secs() as usize;
    let fetches = service.endpoint.requests() - 1;
    // A fetch makes the set fresh, so none is for its age.
    assert!((cooldowns..=cooldowns + 2).contains(&fetches), "{fetches}");
}

#[tokio::test(start_paused = true)]
async fn a_known_key_waits_for_none_of_it() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.endpoint.hold();
    let stranger = service.spawn(&TestKey::new("stranger").token("mallory"));
    service.endpoint.requested(2).await;
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    assert!(!stranger.is_finished());
}

#[tokio::test(start_paused = true)]
async fn strangers_who_hang_up_cannot_keep_a_rotated_key_from_being_learned() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.serve(&[&new, &old]);
    service.endpoint.hold();
    for number in 0..100 {
        let stranger = TestKey::new(format!("stranger-{number}"));
        let request = service.spawn(&stranger.token("mallory"));
        service.endpoint.requested(2).await;
        request.abort();
    }
    service.endpoint.release();
    assert_eq!(service.ask(&new.token("alice")).await, Ok(()));
    assert_eq!(service.endpoint.requests(), 2);
}

/// Those who looked for the key before a fetch and ask for one after it got what they came for.
#[tokio::test(start_paused = true)]
async fn a_burst_of_requests_with_a_rotated_key_uses_up_one_turn() {
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
        let judged = service.verifier.verify_after(need, token).await;
        assert!(judged.is_ok(), "{judged:?}");
    }
    assert_eq!(service.endpoint.requests() - 1, 1);
    // The other turn is there for the next rotation.
    let next = TestKey::new("k3");
    service.endpoint.serve(&[&next, &new]);
    assert_eq!(service.ask(&next.token("alice")).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn while_logto_fails_an_unknown_key_is_no_fault_of_the_caller() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.fail();
    let first = service.ask(&new.token("alice")).await;
    let first = retry_after(&first).unwrap();
    let second = service.ask(&new.token("alice")).await;
    assert_eq!(retry_after(&second), Some(first));
    assert_eq!(service.endpoint.requests(), 2);
    service.time.advance(Duration::from_secs(1));
    // The second and last turn: the next fetch is permitted after the cooldown, not the backoff.
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
async fn an_endless_cooldown_leaves_the_first_two_turns() {
    let times = KeyTimes {
        fresh_for: FRESH_FOR,
        usable_for: USABLE_FOR,
        unknown_key_cooldown: Duration::MAX,
    };
    let endpoint = Endpoint::serving(&[&TestKey::new("k1")]);
    let service = Service::with_times(&endpoint, times);
    service.verifier.keys.load().await.unwrap();
    service.time.advance(Duration::from_secs(1));
    let stranger = TestKey::new("stranger");
    for _ in 0..4 {
        let answer = service.ask(&stranger.token("mallory")).await;
        assert_eq!(answer, unknown(&stranger));
    }
    assert_eq!(service.endpoint.requests() - 1, 2);
}

#[tokio::test(start_paused = true)]
async fn turns_are_shared_by_every_clone() {
    let service = Service::knowing(&[&TestKey::new("k1")]).await;
    let mut requests = JoinSet::new();
    for number in 0..50 {
        let service = Service {
            verifier: Arc::clone(&service.verifier),
            ..service.clone()
        };
        requests.spawn(async move {
            let stranger = TestKey::new(format!("stranger-{number}"));
            service.ask(&stranger.token("mallory")).await
        });
    }
    requests.join_all().await;
    assert!(service.endpoint.requests() - 1 <= 2);
    assert_eq!(service.endpoint.most_in_flight(), 1);
}
