//! Thirty replicas that share one Redis server.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::{
    MINUTE, SOON, bound, is_long,
    proxy::Proxy,
    replica::{Replica, tenant, token},
    server::machine,
};

const REPLICAS: usize = 30;

/// Each replica has two connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_replicas_that_reconnect_at_once_do_not_flood_the_server() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let proxy = Proxy::start(&server).await;
    let replicas: Vec<_> = (0..REPLICAS)
        .map(|_| Replica::start(&tenant, proxy.log()))
        .collect();
    for replica in &replicas {
        replica.ready().await;
    }
    assert_eq!(proxy.connections(), 2 * REPLICAS);
    let outage = if is_long() { 60 } else { 5 };
    proxy.cut();
    let mut each_second = Vec::new();
    for _ in 0..outage {
        let before = proxy.connections();
        sleep(Duration::from_secs(1)).await;
        each_second.push(proxy.connections() - before);
    }
    proxy.mend();
    let mended = Instant::now();
    let writer = Replica::start(&tenant, server.log());
    writer.revoke("alice").await.unwrap();
    let alice = token(&tenant, "alice");
    for replica in &replicas {
        replica.until_refused(&alice).await;
    }
    let healed = mended.elapsed();
    report!(
        "{REPLICAS} replicas: connections in each second {each_second:?}, healed after {healed:?}"
    );
    // After its second failure, a replica waits for 250 ms to 500 ms before each new connection. So it makes
    // at most five connections in a second.
    let most = each_second[2..].iter().max().unwrap();
    assert!(*most <= 5 * REPLICAS, "{each_second:?}");
    assert!(healed < bound(), "{healed:?}");
}

/// Each replica could write back all lost records. Together, they write fewer than three records for each
/// lost record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_replicas_that_fill_an_emptied_log_share_the_work() {
    let Some(machine) = machine().await else {
        return;
    };
    let entries = if is_long() { 30_000 } else { 10_000 };
    let server = machine.server();
    let tenant = tenant();
    server.fill(entries, &tenant);
    let replicas: Vec<_> = (0..REPLICAS)
        .map(|_| Replica::start(&tenant, server.log().log_name("n")))
        .collect();
    // This machine does the work of thirty machines: a debug build parses almost a million records in the
    // long form.
    let patience = if is_long() { 10 * MINUTE } else { MINUTE };
    let ready = async {
        while !replicas.iter().all(|replica| replica.health().ready) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(patience, ready).await.unwrap();
    assert_eq!(server.command(&["FLUSHALL"]), "OK");
    let flushed = Instant::now();
    let filled = async {
        while server.records() < entries {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(patience, filled).await.unwrap();
    let filled = flushed.elapsed();
    sleep(SOON).await;
    let records = server.records();
    report!(
        "{REPLICAS} replicas, {entries} entries: filled after {filled:?} with {records} records"
    );
    assert!(records < 3 * entries, "{records}");
    let new = Replica::start(&tenant, server.log().log_name("n"));
    new.ready().await;
    assert_eq!(new.health().entries, entries);
}
