//! Keys that come and go.

use super::support::{FRESH_FOR, Service, TestKey, unknown};

#[tokio::test(start_paused = true)]
async fn a_rotation_without_grace_is_learned_by_the_first_request() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.serve(&[&new, &old]);
    assert_eq!(service.ask(&new.token("alice")).await, Ok(()));
    assert_eq!(service.ask_now(&old.token("bob")), Some(Ok(())));
    assert_eq!(service.endpoint.requests(), 2);
}

/// What is in the air may have left Logto before the rotation.
#[tokio::test(start_paused = true)]
async fn a_background_refresh_from_before_the_rotation_does_not_hide_it() {
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
async fn a_staged_key_is_known_before_it_signs() {
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
async fn a_removed_key_stops_working_at_that_refresh_for_remembered_tokens_too() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    let (remembered, fresh) = (old.token("alice"), old.token("bob"));
    assert_eq!(service.ask_now(&remembered), Some(Ok(())));
    service.endpoint.serve(&[&new]);
    // Until somebody asks, the set is fresh, and the key is in it.
    assert_eq!(service.ask_now(&remembered), Some(Ok(())));
    assert_eq!(service.ask(&new.token("carol")).await, Ok(()));
    for token in [remembered, fresh] {
        assert_eq!(service.ask(&token).await, unknown(&old));
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_returns_works_again() {
    let (first, second) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&first, &second]).await;
    let remembered = first.token("alice");
    assert_eq!(service.ask_now(&remembered), Some(Ok(())));
    service.endpoint.serve(&[&second]);
    service.verifier.keys.load().await.unwrap();
    assert_eq!(service.ask(&remembered).await, unknown(&first));
    service.endpoint.serve(&[&first]);
    service.verifier.keys.load().await.unwrap();
    assert_eq!(service.ask_now(&remembered), Some(Ok(())));
    assert_eq!(service.ask(&second.token("bob")).await, unknown(&second));
}

#[tokio::test(start_paused = true)]
async fn new_material_under_an_old_id_ends_the_old_material() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k1"));
    let service = Service::knowing(&[&old]).await;
    let remembered = old.token("alice");
    assert_eq!(service.ask_now(&remembered), Some(Ok(())));
    service.endpoint.serve(&[&new]);
    service.verifier.keys.load().await.unwrap();
    assert_eq!(service.ask_now(&new.token("alice")), Some(Ok(())));
    let answer = service.ask_now(&remembered).unwrap();
    let bad_signature = crate::verify::VerifyError::Signature {
        key_id: "k1".to_owned(),
    };
    assert_eq!(answer, Err(bad_signature));
}

#[tokio::test(start_paused = true)]
async fn a_set_that_shrinks_and_grows_keeps_the_identity_of_what_stays() {
    let keys: Vec<_> = (0..4)
        .map(|number| TestKey::new(format!("k{number}")))
        .collect();
    let service = Service::knowing(&[&keys[0]]).await;
    let identity = service.verifier.keys.find("k0").unwrap();
    for present in [&[0, 1, 2, 3][..], &[3, 0], &[0], &[1, 0, 2]] {
        let listed: Vec<_> = present.iter().map(|number| &keys[*number]).collect();
        service.endpoint.serve(&listed);
        service.verifier.keys.load().await.unwrap();
        let found = service.verifier.keys.find("k0").unwrap();
        assert!(std::sync::Arc::ptr_eq(&identity, &found));
        for (number, key) in keys.iter().enumerate() {
            let found = service.verifier.keys.find(&key.id).is_ok();
            assert_eq!(found, present.contains(&number), "{}", key.id);
        }
    }
    assert!(!identity.is_retired());
}

/// A change takes an instant, which only another thread can see.
#[tokio::test]
async fn nobody_has_a_new_key_and_still_honours_the_withdrawn_one() {
    let keys = [TestKey::new("k1"), TestKey::new("k2")];
    let service = Service::knowing(&[&keys[0]]).await;
    for turn in 0..500 {
        let (old, new) = (&keys[turn % 2], &keys[(turn + 1) % 2]);
        let withdrawn = service.verifier.keys.find(&old.id).unwrap();
        service.endpoint.serve(&[new]);
        let (keys, id) = (service.verifier.keys.clone(), new.id.clone());
        let watching = std::thread::spawn(move || {
            while keys.find(&id).is_err() {
                std::hint::spin_loop();
            }
            withdrawn.is_retired()
        });
        service.verifier.keys.load().await.unwrap();
        assert!(watching.join().unwrap(), "change {turn}");
    }
}
