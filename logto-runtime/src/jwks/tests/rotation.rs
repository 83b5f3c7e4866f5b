//! Keys that are added, removed and replaced.

use super::support::{FRESH_FOR, Service, TestKey, unknown};
#[cfg(feature = "revocation")]
use crate::{token::access_token::AccessToken, verify::Verification};

#[tokio::test(start_paused = true)]
async fn the_first_request_with_a_new_key_fetches_the_key() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.serve(&[&new, &old]);
    assert_eq!(service.ask(&new.token("alice")).await, Ok(()));
    assert_eq!(service.ask_now(&old.token("bob")), Some(Ok(())));
    assert_eq!(service.endpoint.requests(), 2);
}

/// The running fetch can return a key set from before the rotation.
#[tokio::test(start_paused = true)]
async fn a_background_fetch_that_started_before_a_rotation_does_not_hide_the_new_key() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.time.advance(FRESH_FOR);
    service.endpoint.hold();
    assert_eq!(service.ask_now(&old.token("alice")), Some(Ok(())));
    service.endpoint.requested(2).await;
    service.endpoint.serve(&[&new, &old]);
    let request = service.spawn(&new.token("alice"));
    tokio::task::yield_now().await;
    service.endpoint.release();
    assert_eq!(request.await.unwrap(), Ok(()));
    assert_eq!(service.endpoint.requests(), 3);
    assert_eq!(service.endpoint.most_in_flight(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_fetched_before_it_signs_needs_no_other_fetch() {
    let (current, next) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&current]).await;
    service.endpoint.serve(&[&current, &next]);
    service.time.advance(FRESH_FOR);
    assert_eq!(service.ask_now(&current.token("alice")), Some(Ok(())));
    service.endpoint.requested(2).await;
    tokio::task::yield_now().await;
    service.endpoint.serve(&[&next, &current]);
    assert_eq!(service.ask_now(&next.token("alice")), Some(Ok(())));
    assert_eq!(service.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn cached_tokens_of_a_removed_key_are_rejected_after_a_refresh() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    let (cached, uncached) = (old.token("alice"), old.token("bob"));
    assert_eq!(service.ask_now(&cached), Some(Ok(())));
    service.endpoint.serve(&[&new]);
    // The current key set is fresh, so it is not fetched again. It still contains the old key.
    assert_eq!(service.ask_now(&cached), Some(Ok(())));
    assert_eq!(service.ask(&new.token("carol")).await, Ok(()));
    for token in [cached, uncached] {
        assert_eq!(service.ask(&token).await, unknown(&old));
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_returns_works_again() {
    let (first, second) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&first, &second]).await;
    let cached = first.token("alice");
    assert_eq!(service.ask_now(&cached), Some(Ok(())));
    service.endpoint.serve(&[&second]);
    service.verifier.keys.load().await.unwrap();
    assert_eq!(service.ask(&cached).await, unknown(&first));
    service.endpoint.serve(&[&first]);
    service.verifier.keys.load().await.unwrap();
    assert_eq!(service.ask_now(&cached), Some(Ok(())));
    assert_eq!(service.ask(&second.token("bob")).await, unknown(&second));
}

#[tokio::test(start_paused = true)]
async fn new_material_with_the_same_kid_replaces_the_old_material() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k1"));
    let service = Service::knowing(&[&old]).await;
    let cached = old.token("alice");
    assert_eq!(service.ask_now(&cached), Some(Ok(())));
    service.endpoint.serve(&[&new]);
    service.verifier.keys.load().await.unwrap();
    assert_eq!(service.ask_now(&new.token("alice")), Some(Ok(())));
    let answer = service.ask_now(&cached).unwrap();
    let bad_signature = crate::verify::VerifyError::Signature {
        key_id: "k1".to_owned(),
    };
    assert_eq!(answer, Err(bad_signature));
}

#[tokio::test(start_paused = true)]
async fn a_set_that_shrinks_and_grows_keeps_the_identity_of_remaining_keys() {
    let keys: Vec<_> = (0..4)
        .map(|number| TestKey::new(format!("k{number}")))
        .collect();
    let service = Service::knowing(&[&keys[0]]).await;
    let identity = service.verifier.keys.find("k0", 0).unwrap();
    for present in [&[0, 1, 2, 3][..], &[3, 0], &[0], &[1, 0, 2]] {
        let listed: Vec<_> = present.iter().map(|number| &keys[*number]).collect();
        service.endpoint.serve(&listed);
        service.verifier.keys.load().await.unwrap();
        let found = service.verifier.keys.find("k0", 0).unwrap();
        assert!(std::sync::Arc::ptr_eq(&identity, &found));
        for (number, key) in keys.iter().enumerate() {
            let found = service.verifier.keys.find(&key.id, 0).is_ok();
            assert_eq!(found, present.contains(&number), "{}", key.id);
        }
    }
    assert!(!identity.is_retired());
}

/// Only another thread can observe the moment between retiring and publishing.
#[tokio::test]
async fn a_replaced_key_is_retired_before_its_successor_is_published() {
    let keys = [TestKey::new("k1"), TestKey::new("k2")];
    let service = Service::knowing(&[&keys[0]]).await;
    for turn in 0..500 {
        let (old, new) = (&keys[turn % 2], &keys[(turn + 1) % 2]);
        let replaced = service.verifier.keys.find(&old.id, 0).unwrap();
        service.endpoint.serve(&[new]);
        let (keys, id) = (service.verifier.keys.clone(), new.id.clone());
        let watching = std::thread::spawn(move || {
            while keys.find(&id, 0).is_err() {
                std::hint::spin_loop();
            }
            replaced.is_retired()
        });
        service.verifier.keys.load().await.unwrap();
        assert!(watching.join().unwrap(), "change {turn}");
    }
}

#[cfg(feature = "test-util")]
#[tokio::test(start_paused = true)]
async fn a_token_is_rejected_if_its_key_is_retired_while_the_signature_is_checked() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    let found = service.verifier.keys.find("k1", 0).unwrap();
    found.retire_when_checked();
    assert_eq!(service.ask(&key.token("alice")).await, unknown(&key));
}

/// While a WebSocket is open, it asks only whether its token is still accepted.
#[cfg(feature = "revocation")]
#[tokio::test(start_paused = true)]
async fn an_open_connection_notices_that_its_key_was_removed_although_no_request_comes() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    let (token, clock) = (old.token("alice"), service.time.clock());
    let token = AccessToken::new(token.as_bytes());
    let Verification::Verified(verified, ..) = service.verifier.try_verify(token, || None) else {
        panic!("the token is valid");
    };
    let still_accepts = || service.verifier.still_accepts(&verified, clock.read());
    service.endpoint.serve(&[&new]);
    assert!(still_accepts(), "the keys are fresh");
    service.time.advance(FRESH_FOR);
    assert!(still_accepts(), "the fetch begins in the background");
    tokio::task::yield_now().await;
    assert!(!still_accepts());
    assert_eq!(service.endpoint.requests(), 2);
}
