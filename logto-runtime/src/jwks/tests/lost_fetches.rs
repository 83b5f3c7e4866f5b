//! Lost fetches. A fetch is lost in three cases: its task panics, its runtime ends, or its runtime stops
//! running tasks.

use std::{sync::mpsc, time::Duration};

use tokio::runtime::{Builder, Runtime};

use super::{
    endpoint::{Answer, Endpoint},
    support::{FRESH_FOR, Service, TestKey, retry_after, unknown},
    warnings::Warnings,
};
use crate::verify::VerifyError;

const A_SECOND: Duration = Duration::from_secs(1);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn waiting_requests_try_once_more_after_a_panic() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::answering(Answer::Panic));
    service.endpoint.hold();
    let requests: Vec<_> = (0..10)
        .map(|number| service.spawn(&key.token(&number.to_string())))
        .collect();
    service.endpoint.requested(1).await;
    service.endpoint.serve(&[&key]);
    service.endpoint.release();
    for request in requests {
        assert_eq!(request.await.unwrap(), Ok(()));
    }
    assert_eq!(service.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_tries_once_more_after_a_panic() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::answering(Answer::Panic));
    service.endpoint.hold();
    let verifier = service.verifier.clone();
    let warm_up = tokio::spawn(async move { verifier.keys.load().await });
    service.endpoint.requested(1).await;
    service.endpoint.serve(&[&key]);
    service.endpoint.release();
    warm_up.await.unwrap().unwrap();
    assert_eq!(service.endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn after_repeated_panics_a_source_is_called_only_after_a_backoff() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::answering(Answer::Panic));
    for _ in 0..600 {
        let answer = service.ask(&key.token("alice")).await;
        assert!(retry_after(&answer).is_some(), "{answer:?}");
        service.time.advance(A_SECOND);
    }
    let fetches = service.endpoint.requests();
    assert!(
        (10..30).contains(&fetches),
        "{fetches} fetches in ten minutes"
    );
    service.endpoint.serve(&[&key]);
    service.time.advance(Duration::from_secs(60));
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn repeated_panics_are_an_outage_with_an_error_and_one_warning() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::answering(Answer::Panic));
    for _ in 0..60 {
        let answer = service.ask(&key.token("alice")).await;
        assert!(retry_after(&answer).is_some(), "{answer:?}");
        service.time.advance(A_SECOND);
    }
    let error = service.verifier.keys.last_error().expect("an error");
    assert_eq!(warnings.reasons(), [error.to_string()]);
    // The fix must not blame the host of the endpoint.
    let warm_up = service.verifier.keys.load().await.unwrap_err();
    assert!(warm_up.fix().unwrap().contains("panic"), "{warm_up}");

    service.endpoint.serve(&[&key]);
    service.time.advance(A_SECOND * 60);
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    assert!(service.verifier.keys.last_error().is_none());
    assert_eq!(warnings.reasons().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_single_lost_fetch_is_not_an_outage() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.time.advance(FRESH_FOR);
    service.endpoint.answer(Answer::Panic);
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    service.endpoint.requested(2).await;
    tokio::task::yield_now().await;
    assert_eq!(service.endpoint.running(), 0);
    assert!(service.verifier.keys.last_error().is_none());
    assert_eq!(warnings.reasons(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn fetches_that_are_given_up_again_and_again_are_an_outage_with_one_warning() {
    let warnings = Warnings::default();
    let _collects = tracing::subscriber::set_default(warnings.clone());
    let key = TestKey::new("k1");
    let service = Service::knowing(&[&key]).await;
    service.time.advance(FRESH_FOR);
    service.endpoint.hold();
    for given_up in 0..5 {
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        service.endpoint.requested(2 + given_up).await;
        let is_outage = given_up > 1;
        assert_eq!(service.verifier.keys.last_error().is_some(), is_outage);
        assert_eq!(warnings.reasons().len(), usize::from(is_outage));
        service.time.advance(A_SECOND * 10);
    }
}

/// A lost fetch does not show whether Logto has the key, so a request must not get 401.
#[tokio::test(start_paused = true)]
async fn after_lost_fetches_a_rate_limited_request_with_a_new_key_gets_503() {
    let (old, new) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&old]).await;
    service.endpoint.answer(Answer::Panic);
    for seconds in [0, 1, 2] {
        service.time.advance(A_SECOND * seconds);
        let answer = service.ask(&new.token("alice")).await;
        assert!(retry_after(&answer).is_some(), "{seconds}: {answer:?}");
    }
    // The first request lost two fetches, the second request lost one, and the third was rate limited.
    assert_eq!(service.endpoint.requests(), 1 + 3);
    service.endpoint.serve(&[&new, &old]);
    service.time.advance(A_SECOND * 10);
    assert_eq!(service.ask(&new.token("alice")).await, Ok(()));
}

#[test]
fn requests_in_another_runtime_fetch_again_when_the_runtime_of_the_fetch_ends() {
    let key = TestKey::new("k1");
    let service = Service::new(&Endpoint::serving(&[&key]));
    service.endpoint.hold();
    let first = runtime();
    let abandoned = service.spawn_in(first.handle(), &key.token("alice"));
    first.block_on(service.endpoint.requested(1));
    let second = runtime();
    let waiting = service.spawn_in(second.handle(), &key.token("bob"));
    second.block_on(tokio::task::yield_now());
    assert_eq!(service.endpoint.requests(), 1);
    drop(first);
    assert_eq!(service.endpoint.running(), 0);
    service.endpoint.release();
    assert_eq!(second.block_on(waiting).unwrap(), Ok(()));
    assert!(second.block_on(abandoned).unwrap_err().is_cancelled());
    assert_eq!(service.endpoint.requests(), 2);
}

/// A program that creates a runtime for each call loses every background fetch.
#[test]
fn runtimes_that_end_after_each_request_do_not_cause_a_fetch_per_request() {
    let key = TestKey::new("k1");
    let service = runtime().block_on(Service::knowing(&[&key]));
    service.time.advance(FRESH_FOR);
    service.endpoint.hold();
    for _ in 0..600 {
        let answer = runtime().block_on(async {
            let answer = service.ask_now(&key.token("alice"));
            tokio::task::yield_now().await;
            answer
        });
        assert_eq!(answer, Some(Ok(())));
        service.time.advance(Duration::from_millis(900));
    }
    let fetches = service.endpoint.requests() - 1;
    assert!(
        (10..30).contains(&fetches),
        "{fetches} fetches in nine minutes"
    );
    // Once the keys are old, a request waits for its fetch, so the runtime lives long enough.
    service.time.advance(FRESH_FOR);
    service.endpoint.release();
    assert_eq!(runtime().block_on(service.ask(&key.token("bob"))), Ok(()));
    let (_, age) = service.verifier.keys.loaded().unwrap();
    assert!(age < A_SECOND, "{age:?}");
}

#[test]
fn the_first_lost_fetch_does_not_count_for_the_rate_limit() {
    let key = TestKey::new("k1");
    let service = runtime().block_on(Service::knowing(&[&key]));
    let unlisted = TestKey::new("unlisted");
    service.endpoint.hold();
    runtime().block_on(async {
        drop(service.spawn(&unlisted.token("mallory")));
        service.endpoint.requested(2).await;
    });
    service.endpoint.release();
    for _ in 0..3 {
        let answer = runtime().block_on(service.ask(&unlisted.token("mallory")));
        assert_eq!(answer, unknown(&unlisted));
    }
    assert_eq!(service.endpoint.requests(), 2 + 2);
}

#[test]
fn a_fetch_in_a_runtime_that_does_not_run_is_given_up() {
    let key = TestKey::new("k1");
    let frozen = runtime();
    let service = frozen.block_on(Service::knowing(&[&key]));
    service.time.advance(FRESH_FOR);
    service.endpoint.hold();
    // A request starts a background fetch, and then its runtime stops running tasks.
    frozen.block_on(async {
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        service.endpoint.requested(2).await;
    });
    service.endpoint.release();
    let running = runtime();
    running.block_on(async {
        service.time.advance(A_SECOND * 9);
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        tokio::task::yield_now().await;
        assert_eq!(service.endpoint.requests(), 2);
        service.time.advance(A_SECOND);
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        service.endpoint.requested(3).await;
        tokio::task::yield_now().await;
        let (_, age) = service.verifier.keys.loaded().unwrap();
        assert!(age < A_SECOND, "{age:?}");
    });
    // Giving up the fetch has aborted its task. The task ends when its runtime runs again.
    frozen.block_on(tokio::task::yield_now());
    assert_eq!(service.endpoint.running(), 0);
}

#[test]
fn a_runtime_that_is_shutting_down_loses_the_fetch_without_a_deadlock() {
    struct AskOnDrop(
        Service,
        String,
        mpsc::Sender<Option<Result<(), VerifyError>>>,
    );
    impl Drop for AskOnDrop {
        fn drop(&mut self) {
            // Starts a fetch in a runtime that does not accept tasks anymore. The test checks the answer,
            // because tokio catches a panic here.
            let answer = self.0.ask_now(&self.1);
            self.2.send(answer).unwrap();
        }
    }
    let key = TestKey::new("k1");
    let ending = runtime();
    let service = ending.block_on(Service::knowing(&[&key]));
    service.time.advance(FRESH_FOR);
    let (sender, answers) = mpsc::channel();
    let asks = AskOnDrop(service.clone(), key.token("alice"), sender);
    ending.spawn(async move {
        let _asks = asks;
        std::future::pending::<()>().await;
    });
    ending.block_on(tokio::task::yield_now());
    drop(ending);
    assert_eq!(answers.recv(), Ok(Some(Ok(()))));
    assert_eq!(service.endpoint.requests(), 1);
    runtime().block_on(async {
        assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
        service.endpoint.requested(2).await;
    });
}
