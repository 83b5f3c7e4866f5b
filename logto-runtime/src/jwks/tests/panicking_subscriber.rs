//! A subscriber that panics when the program logs a warning.

use serde_json::json;

use super::{
    endpoint::{Answer, Endpoint},
    support::{Service, TestKey, retry_after},
    warnings::Warnings,
};

/// A second panic that leaves a destructor would abort the process.
#[tokio::test(start_paused = true)]
async fn a_subscriber_that_panics_at_each_warning_loses_fetches_but_does_not_end_the_process() {
    let warnings = Warnings::panicking();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let skipped = json!({ "kty": "oct", "kid": "shared", "k": "AA" });
    let document = json!({ "keys": [key.jwk(), skipped] }).to_string();
    let service = Service::new(&Endpoint::answering(Answer::Document(document.into())));
    // The warning about the skipped key loses both fetches. The second loss is logged, too.
    let answer = service.ask(&key.token("alice")).await;
    assert!(retry_after(&answer).is_some(), "{answer:?}");
    assert_eq!(service.endpoint.requests(), 2);
    assert_eq!(warnings.reasons().len(), 3);
    let error = service.verifier.keys.last_error().expect("an error");
    assert!(error.to_string().contains("lost"), "{error}");
}
