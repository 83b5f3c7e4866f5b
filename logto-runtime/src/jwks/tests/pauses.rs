//! Tests pauses of a process and of its machine. Some processes run only while they serve a request, and a
//! machine can be suspended. Keys age during a pause. After a long pause, failed and running fetches from
//! before the pause do not count.

use std::time::Duration;

use tokio::runtime::Runtime;

use super::{
    endpoint::{Answer, Endpoint},
    support::{FRESH_FOR, Service, TestKey, USABLE_FOR, unknown},
};

const NIGHT: Duration = Duration::from_secs(10 * 3_600);

fn current_thread() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Serves the last three requests of a day. The first request fetches the keys. Each of the other two starts
/// a background fetch. These fetches do not run, because the runtime runs only until the request has its
/// answer.
fn last_requests_of_a_day(service: &Service, key: &TestKey, runtime: &Runtime) {
    let token = key.token("alice");
    for pause in [0, 360, 11] {
        service.time.advance(Duration::from_secs(pause));
        assert_eq!(runtime.block_on(service.ask(&token)), Ok(()));
    }
}

#[test]
fn a_key_that_is_withdrawn_while_the_process_is_paused_is_rejected_at_once() {
    let (key, other) = (TestKey::new("k1"), TestKey::new("k2"));
    let runtime = current_thread();
    let service = runtime.block_on(async { Service::new(&Endpoint::serving(&[&key, &other])) });
    last_requests_of_a_day(&service, &key, &runtime);
    service.endpoint.serve(&[&other]);
    service.time.advance(NIGHT);
    let answer = runtime.block_on(service.ask(&key.token("alice")));
    assert_eq!(answer, unknown(&key));
    assert_eq!(runtime.block_on(service.ask(&other.token("bob"))), Ok(()));
}

#[test]
fn a_key_that_is_added_while_the_process_is_paused_is_fetched_at_once() {
    let (key, added) = (TestKey::new("k1"), TestKey::new("k2"));
    let runtime = current_thread();
    let service = runtime.block_on(async { Service::new(&Endpoint::serving(&[&key])) });
    last_requests_of_a_day(&service, &key, &runtime);
    service.endpoint.serve(&[&added, &key]);
    service.time.advance(NIGHT);
    let token = added.token_issued_at(service.time.unix_seconds(), "alice");
    assert_eq!(runtime.block_on(service.ask(&token)), Ok(()));
}

/// The background fetch of the evening times out in the morning.
#[tokio::test(start_paused = true)]
async fn a_fetch_that_started_before_a_pause_and_fails_after_it_is_not_an_outage() {
    let (key, other) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&key, &other]).await;
    service.time.advance(FRESH_FOR + Duration::from_secs(60));
    service.endpoint.hold();
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    service.endpoint.requested(2).await;

    service.time.suspend(NIGHT);
    tokio::time::advance(Duration::from_millis(5_100)).await;
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    service.endpoint.release();
    service.endpoint.serve(&[&other]);
    assert_eq!(service.ask(&key.token("alice")).await, unknown(&key));
}

/// The background fetch of the evening has not timed out yet when the first request of the morning
/// comes.
#[tokio::test(start_paused = true)]
async fn after_a_pause_requests_do_not_wait_for_a_fetch_from_before_the_pause() {
    let (key, other) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&key, &other]).await;
    service.time.advance(FRESH_FOR + Duration::from_secs(60));
    service.endpoint.hold();
    assert_eq!(service.ask_now(&key.token("alice")), Some(Ok(())));
    service.endpoint.requested(2).await;

    service.time.suspend(NIGHT);
    service.endpoint.release();
    service.endpoint.serve(&[&other]);
    assert_eq!(service.ask(&key.token("alice")).await, unknown(&key));
}

/// The machine is suspended between the answer of the key set and the request that waits for it. Meanwhile,
/// the key is withdrawn.
#[tokio::test(start_paused = true)]
async fn keys_that_a_request_waited_for_are_not_used_if_they_are_old_when_they_arrive() {
    for pause in [FRESH_FOR * 4, USABLE_FOR * 2] {
        for knows_another in [false, true] {
            let (key, other) = (TestKey::new("k1"), TestKey::new("k2"));
            let service = match knows_another {
                // The request waits for a key that is not known.
                true => Service::knowing(&[&other]).await,
                // The request waits for the first key set.
                false => Service::new(&Endpoint::serving(&[&key])),
            };
            service.endpoint.serve(&[&key, &other]);
            service.endpoint.hold();
            let request = service.spawn(&key.token("alice"));
            let before = usize::from(knows_another);
            service.endpoint.requested(before + 1).await;
            service.time.suspend(pause);
            service.endpoint.serve(&[&other]);
            service.endpoint.release();
            let case = format!("{pause:?}, knows another key: {knows_another}");
            assert_eq!(request.await.unwrap(), unknown(&key), "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn keys_become_older_while_the_machine_is_suspended() {
    for (pause, waits) in [
        (Duration::from_secs(120), false),
        (FRESH_FOR * 2, false),
        (FRESH_FOR * 4, true),
        (USABLE_FOR * 2, true),
    ] {
        let (key, other) = (TestKey::new("k1"), TestKey::new("k2"));
        let service = Service::knowing(&[&key, &other]).await;
        service.endpoint.serve(&[&other]);
        service.time.suspend(pause);
        let token = key.token("alice");
        let expected = match waits {
            true => unknown(&key),
            false => Ok(()),
        };
        assert_eq!(service.ask(&token).await, expected, "{pause:?}");
        if pause > FRESH_FOR {
            service.endpoint.requested(2).await;
        }
        assert_eq!(service.ask(&other.token("bob")).await, Ok(()), "{pause:?}");
    }
}

/// The back-off after a failed fetch counts by the monotonic clock, which stands still while the machine is
/// suspended.
#[tokio::test(start_paused = true)]
async fn a_backoff_does_not_outlast_the_suspension_of_the_machine() {
    let (key, other) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&key, &other]).await;
    service.time.advance(FRESH_FOR * 4);
    service.endpoint.fail();
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    service.endpoint.serve(&[&other]);
    assert_eq!(
        service.ask(&key.token("alice")).await,
        Ok(()),
        "during the back-off"
    );
    service.time.suspend(NIGHT);
    assert_eq!(service.ask(&key.token("alice")).await, unknown(&key));
}

#[tokio::test(start_paused = true)]
async fn the_first_lost_fetch_after_a_suspension_is_repeated_at_once_despite_an_older_backoff() {
    let (key, other) = (TestKey::new("k1"), TestKey::new("k2"));
    let service = Service::knowing(&[&key, &other]).await;
    service.time.advance(FRESH_FOR * 4);
    service.endpoint.fail();
    assert_eq!(service.ask(&key.token("alice")).await, Ok(()));
    service.time.suspend(NIGHT);
    service.endpoint.answer(Answer::Panic);
    service.endpoint.hold();
    let request = service.spawn(&key.token("alice"));
    service.endpoint.requested(3).await;
    service.endpoint.serve(&[&other]);
    service.endpoint.release();
    assert_eq!(request.await.unwrap(), unknown(&key));
}

#[tokio::test(start_paused = true)]
async fn a_step_of_the_wall_clock_costs_at_most_one_fetch() {
    let key = TestKey::new("k1");
    for steps in [&[(true, 4)][..], &[(true, 4), (false, 4)], &[(false, 4)]] {
        let service = Service::knowing(&[&key]).await;
        let token = key.token_issued_at(0, "alice");
        for (forward, count) in steps {
            let step = FRESH_FOR * *count;
            match forward {
                true => service.time.suspend(step),
                false => service.time.set_back(step),
            }
            for _ in 0..5 {
                assert_eq!(service.ask(&token).await, Ok(()));
                service.time.advance(Duration::from_secs(1));
                tokio::task::yield_now().await;
            }
        }
        let fetches = service.endpoint.requests() - 1;
        assert!(fetches <= steps.len(), "{steps:?}: {fetches} fetches");
    }
}
