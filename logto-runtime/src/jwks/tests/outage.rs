//! Tests with a key set endpoint that fails and recovers.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::{
    endpoint::{Answer, Endpoint},
    support::{FRESH_FOR, Service, TestKey, USABLE_FOR, document, retry_after},
};
use crate::jwks::FetchError;

const A_SECOND: Duration = Duration::from_secs(1);

/// Sends one request per second. Returns the first second in which keys were unavailable.
async fn serve_for(service: &Service, key: &TestKey, seconds: u64) -> Option<u64> {
    let token = key.token("alice");
    for second in 0..seconds {
        match service.ask(&token).await {
            Ok(()) => {}
            unavailable => {
                assert!(retry_after(&unavailable).is_some(), "{unavailable:?}");
                return Some(second);
            }
        }
        tokio::task::yield_now().await;
        service.time.advance(A_SECOND);
    }
    None
}

#[tokio::test(start_paused = true)]
async fn in_an_outage_keys_are_used_until_they_are_too_old_and_recovery_needs_no_restart() {
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.endpoint.fail();
    let day = USABLE_FOR.as_secs();
    assert_eq!(serve_for(&service, &key, 2 * day).await, Some(day));
    let fetches = service.endpoint.requests();
    // One or two fetches per minute: the jitter shortens each back-off of a minute by up to half.
    assert!((1_400..2_900).contains(&fetches), "{fetches}");

    let wait = retry_after(&service.ask(&key.token("bob")).await).unwrap();
    assert!(0.0 < wait && wait <= 60.0, "{wait}");
    service.endpoint.serve(&[&key]);
    service.time.advance(Duration::from_secs_f64(wait));
    assert_eq!(service.ask(&key.token("bob")).await, Ok(()));
    assert!(service.verifier.keys.last_error().is_none());
    assert_eq!(serve_for(&service, &key, 3_600).await, None);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_the_wait_until_the_next_fetch_in_an_outage_at_start() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::failing());
    let token = key.token("alice");
    for longest in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] {
        let before = service.endpoint.requests();
        let wait = retry_after(&service.ask(&token).await).unwrap();
        assert!(
            (longest / 2.0..=longest).contains(&wait),
            "{wait} {longest}"
        );
        service.time.advance(Duration::from_secs_f64(wait * 0.99));
        let rest = retry_after(&service.ask(&token).await).unwrap();
        assert!(rest <= wait * 0.011, "{rest} of {wait}");
        assert_eq!(service.endpoint.requests(), before + 1);
        service.time.advance(Duration::from_secs_f64(rest));
    }
    service.endpoint.serve(&[&key]);
    assert_eq!(service.ask(&token).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_hangs_times_out_and_counts_as_failed() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    service.endpoint.hold();
    let before = tokio::time::Instant::now();
    let answer = service.ask(&key.token("alice")).await;
    assert!(retry_after(&answer).is_some(), "{answer:?}");
    let waited = before.elapsed().as_secs_f64();
    assert!((5.0..5.1).contains(&waited), "{waited}");
    let error = service.verifier.keys.last_error().unwrap();
    assert!(matches!(*error, FetchError::TimedOut), "{error}");
    assert_eq!(service.endpoint.running(), 0);
}

fn failures() -> Vec<(&'static str, Answer)> {
    fn failed(error: impl Fn() -> FetchError + Send + Sync + 'static) -> Answer {
        Answer::Failure(std::sync::Arc::new(error))
    }
    let key = TestKey::new("k9");
    let whole = document(&[&key]);
    let half = whole[..whole.len() / 2].to_owned();
    let many: Vec<_> = (0..65)
        .map(|number| TestKey::new(format!("k{number}")).jwk())
        .collect();
    let foreign = json!([{ "kty": "oct", "kid": "k9", "k": "c2VjcmV0" }, { "kty": "PQ" }, 7, null]);
    let text = |text: String| Answer::Document(text.into());
    vec![
        (
            "500",
            failed(|| FetchError::Status(StatusCode::INTERNAL_SERVER_ERROR)),
        ),
        ("301", failed(|| FetchError::Redirected)),
        (
            "refused",
            failed(|| FetchError::Unreachable("connection refused".to_owned())),
        ),
        (
            "broken off",
            failed(|| FetchError::BrokenOff("unexpected eof".to_owned())),
        ),
        ("too long", failed(|| FetchError::TooLong)),
        ("nothing", text(String::new())),
        (
            "html",
            text("<!doctype html><title>Maintenance</title>".to_owned()),
        ),
        ("half a body", text(half)),
        ("two bodies", text(whole.repeat(2))),
        ("no keys", text("{}".to_owned())),
        ("keys twice", text(r#"{"keys":[],"keys":[]}"#.to_owned())),
        (
            "keys of another type",
            text(r#"{"keys":{"k9":{}}}"#.to_owned()),
        ),
        ("an array", text(format!("[{whole}]"))),
        ("nested without end", text("[".repeat(60_000))),
        ("not UTF-8", Answer::Document(vec![0xff; 100])),
        ("an empty set", text(r#"{"keys":[]}"#.to_owned())),
        ("65 keys", text(json!({ "keys": many }).to_string())),
        (
            "only foreign keys",
            text(json!({ "keys": foreign }).to_string()),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn every_failure_leaves_the_current_keys_in_use() {
    for (name, answer) in failures() {
        let key = TestKey::new("k1");
        let service = Service::knowing(&[&key]).await;
        let cached = key.token("alice");
        assert_eq!(service.ask_now(&cached), Some(Ok(())));
        service.endpoint.answer(answer);
        assert!(service.verifier.keys.load().await.is_err(), "{name}");
        assert_eq!(service.ask_now(&cached), Some(Ok(())), "{name}");
        assert_eq!(service.ask_now(&key.token("bob")), Some(Ok(())), "{name}");
        service.time.advance(FRESH_FOR * 4);
        assert_eq!(service.ask(&key.token("carol")).await, Ok(()), "{name}");
        let age = service.verifier.keys.loaded().unwrap().1;
        assert!(age >= FRESH_FOR * 4, "{name} reset the age: {age:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn requests_get_503_after_any_failure_at_start_until_a_fetch_succeeds() {
    let key = TestKey::new("k1");
    let only_at_start = [("304 without keys", Answer::NotModified)];
    for (name, answer) in failures().into_iter().chain(only_at_start) {
        let service = Service::new(&Endpoint::answering(answer));
        let unavailable = service.ask(&key.token("alice")).await;
        let wait = retry_after(&unavailable);
        assert!((0.5..=1.0).contains(&wait.unwrap()), "{name}: {wait:?}");
        service.endpoint.serve(&[&key]);
        service.time.advance(A_SECOND);
        assert_eq!(service.ask(&key.token("alice")).await, Ok(()), "{name}");
    }
}
