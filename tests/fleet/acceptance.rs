//! One process accepts a new revocation log, and another process must see this. The first process writes only
//! one beat (a sign of life) to the log.

use std::time::Duration;

use logto_runtime::{RedisLog, Revocations};
use tokio::time::{sleep, timeout};

use super::{
    MINUTE,
    replica::{Replica, tenant},
    server::machine,
    slow_link::SlowLink,
};

/// The beat is on its way to the server when the other process reads the log for the first time. So the time
/// in the beat is earlier than this reading.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_process_sees_an_acceptance_that_was_sent_before_its_start() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let link = SlowLink::start(&server, Duration::ZERO).await;
    link.hold_beats(true);
    let log = RedisLog::new(&link.url).unwrap();
    // Without the route of the webhook, this process writes one beat only.
    let accepts = Revocations::builder(tenant.endpoint())
        .log(log)
        .start()
        .unwrap();
    accepts.accept_empty_log();
    let sent = async {
        while link.held_beats() == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    let sent = timeout(MINUTE, sent).await;
    sent.expect("the process must send a beat");
    let replica = Replica::start(&tenant, server.log());
    replica
        .until("the log is new", |it| it.last_error.is_some())
        .await;
    // If the process sends another beat, the link holds it back. So only this one can accept the log.
    assert!(link.deliver_beat().await, "the beat must be held back");
    replica
        .until("the log is accepted", |it| it.last_error.is_none())
        .await;
}
