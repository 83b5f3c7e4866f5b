//! The process of a replica is stopped several times, each time for some seconds. The link to its Redis
//! server is slow, so no reading of the revocation log ends between the stops. The stops then count as one
//! pause. If this pause takes more than five seconds, the next request waits for the log.

use std::{thread, time::Duration};

use super::{
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
    /// The process that receives webhooks. Its link is fast.
    receiver: Replica,
    alice: String,
    _server: Server,
}

impl Scene {
    /// Starts a replica, which accepts alice's token. Then waits until the replica asks for new records.
    async fn start() -> Option<Self> {
        let machine = machine().await?;
        let server = machine.server();
        let tenant = tenant();
        let receiver = Replica::receiver(&tenant, server.log()).await;
        receiver.until("the first beat", |it| !it.degraded).await;
        let link = SlowLink::start(&server, millis(100)).await;
        let mut child = Child::start(&tenant, &link.url, &[]);
        child.ready();
        let alice = token(&tenant, "alice");
        assert_eq!(child.ask(&format!("verify {alice}")), "accepted");
        link.next_read().await;
        Some(Self {
            link,
            child,
            receiver,
            alice,
            _server: server,
        })
    }

    /// Stops the replica, and then sends it a request with alice's token.
    fn stop(&mut self) {
        self.child.stop();
        self.child.tell(&format!("verify {}", self.alice));
    }

    /// Lets the replica go on, and returns its answer to the request.
    fn go_on(&mut self) -> String {
        self.child.go_on();
        self.child.answer()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_short_stop_while_a_request_waits_does_not_end_the_wait() {
    let Some(mut scene) = Scene::start().await else {
        return;
    };
    scene.stop();
    thread::sleep(millis(1_700));
    scene.receiver.revoke("alice").await.unwrap();
    // The whole stop takes more than five seconds, so it counts as a pause.
    thread::sleep(millis(3_800));
    scene.child.go_on();
    // Meanwhile, the request begins to wait for the log.
    thread::sleep(millis(60));
    scene.child.stop();
    thread::sleep(millis(2_100));
    assert_eq!(scene.go_on(), "revoked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_read_of_the_log_that_fails_because_of_a_stop_does_not_hide_the_next_stop() {
    let Some(mut scene) = Scene::start().await else {
        return;
    };
    scene.link.hold_answers(true);
    scene.receiver.revoke("alice").await.unwrap();
    scene.stop();
    thread::sleep(millis(2_100));
    // The last read that got an answer began less than five seconds ago. So the stop does not count as a
    // pause, and the replica still accepts the token.
    assert_eq!(scene.go_on(), "accepted");
    scene.link.hold_answers(false);
    thread::sleep(millis(50));
    scene.stop();
    thread::sleep(millis(4_700));
    assert_eq!(scene.go_on(), "revoked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_chain_of_short_stops_counts_as_one_pause() {
    let Some(mut scene) = Scene::start().await else {
        return;
    };
    scene.link.hold_answers(true);
    scene.receiver.revoke("alice").await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..4 {
        scene.stop();
        thread::sleep(millis(2_100));
        answers.push(scene.go_on());
        scene.link.hold_answers(false);
        thread::sleep(millis(300));
    }
    // The fourth stop ends more than nine seconds after the revocation.
    assert_eq!(answers.last().unwrap(), "revoked", "{answers:?}");
}
