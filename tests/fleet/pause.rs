//! A process is frozen: a replica of a service, or the Redis server.

use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

use super::{
    MINUTE, SOON, bound,
    child::Child,
    proxy::Proxy,
    replica::{Replica, tenant, token},
    server::machine,
};

/// The runtime of the test has one thread. So the task that reads the revocation log runs only while the test
/// waits. The test moves the clock by ten minutes without waiting. So the process seems to have been frozen
/// for ten minutes. In one of two cases, the connections of the replica are closed.
#[tokio::test]
async fn the_first_request_after_ten_frozen_minutes_waits_for_the_log() {
    let Some(machine) = machine().await else {
        return;
    };
    for connection_dies in [false, true] {
        let server = machine.server();
        let tenant = tenant();
        let proxy = Proxy::start(&server).await;
        let replica = Replica::start(&tenant, proxy.log());
        replica.ready().await;
        let alice = token(&tenant, "alice");
        replica.verify(&alice).await.unwrap();
        // The other replica runs in its own process. So it works while the test blocks this thread.
        let mut other = Child::start(&tenant, &server.url(), &[]);
        assert_eq!(other.ask("ready"), "ok");
        assert_eq!(other.ask("revoke alice"), "ok");
        if connection_dies {
            proxy.lead_to(&server);
        }
        tenant.advance(Duration::from_secs(600));
        let started = Instant::now();
        assert!(replica.refuses(&alice).await, "{connection_dies}");
        let waited = started.elapsed();
        report!("connection dies: {connection_dies}; the request waited for {waited:?}");
        assert!(waited < bound(), "{waited:?}");
    }
}

/// A child process uses the clock of the machine, so the test must really stop the child. A stop counts as a
/// pause only if it is longer than five seconds.
#[tokio::test]
async fn a_process_that_was_stopped_refuses_tokens_that_were_revoked_meanwhile() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let replica = Replica::start(&tenant, server.log());
    replica.ready().await;
    let mut child = Child::start(&tenant, &server.url(), &[]);
    child.ready();
    let alice = token(&tenant, "alice");
    assert_eq!(child.ask(&format!("verify {alice}")), "accepted");
    child.stop();
    // The request is sent during the stop, so the child gets it before the next reading of the log.
    child.tell(&format!("verify {alice}"));
    replica.revoke("somebody-else").await.unwrap();
    thread::sleep(Duration::from_millis(5_500));
    replica.revoke("alice").await.unwrap();
    child.go_on();
    assert_eq!(child.answer(), "revoked");
}

/// The request waits for the log. The time limit of this wait passes during the second stop.
#[tokio::test]
async fn a_process_that_was_stopped_twice_refuses_tokens_that_were_revoked_meanwhile() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let replica = Replica::start(&tenant, server.log());
    replica.ready().await;
    let mut child = Child::start(&tenant, &server.url(), &[]);
    child.ready();
    let alice = token(&tenant, "alice");
    assert_eq!(child.ask(&format!("verify {alice}")), "accepted");
    child.stop();
    child.tell(&format!("verify {alice}"));
    thread::sleep(Duration::from_millis(5_500));
    // While the server is stopped, the request waits for the log.
    server.signal("-STOP");
    child.go_on();
    thread::sleep(Duration::from_millis(500));
    child.stop();
    server.signal("-CONT");
    let revoked = async { while replica.revoke("alice").await.is_err() {} };
    let revoked = timeout(MINUTE, revoked).await;
    revoked.expect("the server goes on, so it must accept the revocation");
    thread::sleep(Duration::from_millis(5_500));
    child.go_on();
    assert_eq!(child.answer(), "revoked");
}

#[tokio::test]
async fn a_server_that_hangs_does_not_block_revocations_or_requests() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let replica = Replica::start(&tenant, server.log());
    replica.ready().await;
    server.signal("-STOP");
    let started = Instant::now();
    replica.revoke("alice").await.unwrap_err();
    // `revoke` waits up to two seconds for a running call to the log, and up to two seconds for its own call.
    // The other four seconds are a reserve for a busy machine.
    assert!(started.elapsed() < 4 * SOON, "{:?}", started.elapsed());
    let [alice, bob] = ["alice", "bob"].map(|user| token(&tenant, user));
    let mut waits = Vec::new();
    for _ in 0..100 {
        let started = Instant::now();
        assert!(replica.refuses(&alice).await);
        replica.verify(&bob).await.unwrap();
        waits.push(started.elapsed());
        sleep(Duration::from_millis(10)).await;
    }
    // If the machine stalls for more than five seconds, the next request waits for the log. The other
    // requests must not wait.
    let long: Vec<_> = waits.iter().filter(|wait| **wait > SOON / 4).collect();
    assert!(long.len() < 10, "{long:?}");
    server.signal("-CONT");
    let continued = Instant::now();
    let other = Replica::start(&tenant, server.log());
    let healed = other.until_refused(&alice).await - continued;
    report!("another replica knows the revocation {healed:?} after the server has gone on");
    assert!(healed < bound(), "{healed:?}");
}
