//! The process of a replica is stopped for more than five seconds. When it goes on, the log is slow, or
//! refuses connections for a moment. In the last two tests, the replica is not stopped: the Redis server
//! hangs, or the network is slow.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    MINUTE,
    child::Child,
    replica::{Replica, tenant, token},
    server::{Server, machine},
    slow_link::SlowLink,
};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

struct Scene {
    link: SlowLink,
    child: Child,
    alice: String,
    _server: Server,
    _receiver: Replica,
}

impl Scene {
    /// Stops a replica for eight seconds. Alice is revoked meanwhile. A request with her token waits until
    /// the replica goes on.
    async fn paused() -> Option<Self> {
        let machine = machine().await?;
        let server = machine.server();
        let tenant = tenant();
        let receiver = Replica::receiver(&tenant, server.log()).await;
        let link = SlowLink::start(&server, Duration::ZERO).await;
        let mut child = Child::start(&tenant, &link.url, &[]);
        child.ready();
        let alice = token(&tenant, "alice");
        assert_eq!(child.ask(&format!("verify {alice}")), "accepted");
        link.next_read().await;
        child.stop();
        child.tell(&format!("verify {alice}"));
        // Meanwhile, the server answers the read that was under way. The answer lacks the revocation.
        thread::sleep(millis(1_300));
        receiver.revoke("alice").await.unwrap();
        thread::sleep(millis(6_700));
        Some(Self {
            link,
            child,
            alice,
            _server: server,
            _receiver: receiver,
        })
    }
}

/// For one reading of the log, the replica sends two messages, one after the other. Each message takes
/// 0.6 s, and so does each answer. So the reading takes longer than the two seconds that a request waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn after_a_pause_a_request_is_not_served_with_the_old_list_if_the_log_answers_slowly() {
    let Some(mut scene) = Scene::paused().await else {
        return;
    };
    scene.link.set_delay(millis(600));
    scene.child.go_on();
    let answer = scene.child.answer();
    let refused = ["revoked", "revocations_unavailable"].contains(&&*answer);
    assert!(refused, "{answer}");
    scene.link.set_delay(Duration::ZERO);
    scene.child.until_refused(&scene.alice);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn after_a_pause_a_request_waits_if_connections_are_refused_for_a_moment() {
    let Some(mut scene) = Scene::paused().await else {
        return;
    };
    scene.link.refuse(true);
    scene.child.go_on();
    thread::sleep(millis(300));
    scene.link.refuse(false);
    assert_eq!(scene.child.answer(), "revoked");
}

/// A pending entry is a revocation that is not in the log yet. While the server hangs, one attempt to write
/// this entry and to read the log takes almost five seconds. If this time counted as a pause, each request
/// would wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn requests_do_not_wait_while_the_server_hangs_and_an_entry_is_pending() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let mut child = Child::start(&tenant, &server.url(), &[]);
    child.ready();
    let bob = token(&tenant, "bob");
    assert_eq!(child.ask(&format!("verify {bob}")), "accepted");
    server.signal("-STOP");
    assert_ne!(child.ask("revoke alice"), "ok");
    let lasts = if super::is_long() {
        MINUTE
    } else {
        millis(15_000)
    };
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    while began.elapsed() < lasts {
        let asked = Instant::now();
        assert_eq!(child.ask(&format!("verify {bob}")), "accepted");
        slowest = slowest.max(asked.elapsed());
        thread::sleep(millis(20));
    }
    server.signal("-CONT");
    report!("while the server hangs, the slowest request takes {slowest:?}");
    assert!(slowest < millis(1_500), "{slowest:?}");
}

/// A replica waits at most 1.8 s for an answer. Without a new record, the server answers a read after a
/// second. Over this network, that answer takes 1.6 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_replica_follows_the_log_over_a_network_that_delays_answers_by_600_ms() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let receiver = Replica::receiver(&tenant, server.log()).await;
    let link = SlowLink::start(&server, millis(300)).await;
    let replica = Replica::start(&tenant, logto_runtime::RedisLog::new(&link.url).unwrap());
    replica.ready().await;
    replica
        .until("a beat", |it| it.silent_for_seconds.is_some())
        .await;
    receiver.revoke("alice").await.unwrap();
    let revoked_at = Instant::now();
    let refused_at = replica.until_refused(&token(&tenant, "alice")).await;
    report!(
        "over a slow network, refused after {:?}",
        refused_at - revoked_at
    );
    let health = replica.health();
    assert_eq!((health.last_error, health.degraded), (None, false));
}
