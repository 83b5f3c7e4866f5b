//! What an outage logs.

use std::time::Duration;

use serde_json::json;

use super::{
    endpoint::{Answer, Endpoint},
    support::{Service, TestKey, USABLE_FOR, retry_after},
    warnings::Warnings,
};
use crate::jwks::FetchError;

const A_MINUTE: Duration = Duration::from_secs(60);

/// A pause of the process can lose fetches. The reason of a failed fetch says more.
#[tokio::test(start_paused = true)]
async fn the_first_failed_fetch_after_lost_fetches_is_logged_too() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::answering(Answer::Panic));
    let refused = || FetchError::Unreachable("connection refused".to_owned());
    for answer in [
        "lost", "lost", "refused", "refused", "lost", "lost", "refused",
    ] {
        match answer {
            "lost" => service.endpoint.answer(Answer::Panic),
            _ => service.endpoint.fail_with(refused),
        }
        let answer = service.ask(&key.token("alice")).await;
        assert!(retry_after(&answer).is_some(), "{answer:?}");
        service.time.advance(A_MINUTE);
    }
    let logged = [FetchError::Lost.to_string(), refused().to_string()];
    assert_eq!(warnings.reasons(), logged);
}

/// A process that runs only during requests loses fetches without a panic.
#[test]
fn the_error_about_lost_fetches_names_a_pause_of_the_process_and_its_fix() {
    let error = FetchError::Lost;
    assert!(error.to_string().contains("paused"), "{error}");
    let fix = error.fix().unwrap();
    assert!(fix.contains("between requests"), "{fix}");
}

/// A set without a usable key does not become the current key set.
#[tokio::test(start_paused = true)]
async fn the_keys_of_an_unusable_set_are_logged_once_while_the_set_stays_the_same() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let skipped = |id: &str| json!({ "kty": "oct", "kid": id, "k": "AA" });
    let unusable = |ids: &[&str]| {
        let keys: Vec<_> = ids.iter().map(|id| skipped(id)).collect();
        Answer::Document(json!({ "keys": keys }).to_string().into())
    };
    let service = Service::new(&Endpoint::answering(unusable(&["a", "b"])));
    let ask = async || {
        let answer = service.ask(&key.token("alice")).await;
        service.time.advance(A_MINUTE);
        answer
    };
    for _ in 0..5 {
        assert!(retry_after(&ask().await).is_some());
        // One warning is that of the outage.
        assert_eq!(warnings.reasons().len(), 1 + 2);
    }
    assert_eq!(service.endpoint.requests(), 5);
    // A failed fetch between two equal documents does not matter.
    service.endpoint.fail();
    assert!(retry_after(&ask().await).is_some());
    service.endpoint.answer(unusable(&["a", "b", "c"]));
    assert!(retry_after(&ask().await).is_some());
    assert_eq!(warnings.reasons().len(), 1 + 3);
    service.endpoint.serve(&[&key]);
    assert_eq!(ask().await, Ok(()));
    assert_eq!(warnings.reasons().len(), 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn keys_that_become_too_old_are_logged_as_one_error_in_each_outage() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    let mut errors = Vec::new();
    for _ in 0..2 {
        let refused = || FetchError::Unreachable("connection refused".to_owned());
        service.endpoint.fail_with(refused);
        service.time.advance(USABLE_FOR - A_MINUTE);
        assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
        assert_eq!(warnings.errors(), errors);
        errors.push(refused().to_string());
        for _ in 0..5 {
            service.time.advance(A_MINUTE);
            let answer = service.ask(&key.token("alice")).await;
            assert!(retry_after(&answer).is_some(), "{answer:?}");
            assert_eq!(warnings.errors(), errors);
        }
        service.endpoint.serve(&[&key]);
        service.time.advance(A_MINUTE);
        assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    }
}

/// The warning about the failed fetch says the same.
#[tokio::test(start_paused = true)]
async fn an_outage_at_start_is_logged_as_a_warning_and_not_as_an_error() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::failing());
    let answer = service.ask(&key.token("alice")).await;
    assert!(retry_after(&answer).is_some(), "{answer:?}");
    assert_eq!(warnings.reasons().len(), 1);
    assert_eq!(warnings.errors(), [""; 0]);
}
