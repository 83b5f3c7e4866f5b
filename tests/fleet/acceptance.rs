//! A process that accepts a new log, and then does not write further beats.

use std::time::Duration;

use logto_runtime::{RedisLog, Revocations};
use tokio::time::sleep;

use super::{
    replica::{Replica, tenant},
    server::machine,
    slow_link::SlowLink,
};

/// The time in the beat is then earlier than the first look of the other process at the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_acceptance_that_was_under_way_when_a_process_started_is_seen() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let link = SlowLink::start(&server, Duration::from_millis(300)).await;
    let log = RedisLog::new(&link.url).unwrap();
    // Without the route of the webhook, this process writes one beat only.
    let accepts = Revocations::builder(tenant.endpoint())
        .log(log)
        .start()
        .unwrap();
    accepts.accept_empty_log();
    while link.sent_beats() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    let replica = Replica::start(&tenant, server.log());
    replica
        .until("the log is new", |it| it.last_error.is_some())
        .await;
    replica
        .until("the log is accepted", |it| it.last_error.is_none())
        .await;
}
