//! Counts the records that a Redis server has lost when it restarts after a kill. No replica runs, because a
//! replica could write lost records back.

use std::{collections::HashSet, sync::Arc, time::Duration};

use logto_runtime::{RedisLog, RevocationLog};
use tokio::{
    sync::Mutex,
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    is_long,
    server::{Machine, Server, whole_machine},
};

/// The settings of Debian's `redis.conf`: these `save` points, and no append-only file.
const DEBIAN: [&str; 11] = [
    "--appendonly",
    "no",
    "--save",
    "3600",
    "1",
    "--save",
    "300",
    "100",
    "--save",
    "60",
    "10000",
];

/// The settings that `logto-runtime/docs/revocation.md` recommends.
const EVERY_SECOND: [&str; 4] = ["--appendonly", "yes", "--appendfsync", "everysec"];

/// How many tasks append records at the same time.
const WRITERS: usize = 8;

/// With `everysec`, a server may lose the records of the last two seconds before the kill. While Redis syncs
/// the append-only file to the disk, it may delay the next write to this file by up to two seconds.
const MAY_BE_LOST: Duration = Duration::from_secs(2);

/// Counts the records of all killed servers.
#[derive(Default)]
struct Toll {
    acknowledged: usize,
    lost: usize,
    /// How long before the kill the oldest lost record was acknowledged.
    oldest_lost: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_everything_by_default_and_at_most_two_seconds_with_everysec() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    let kills = if is_long() { 10 } else { 1 };
    // The servers with the append-only file run for four seconds. The records of the first two seconds must
    // not be lost.
    let without = kill_under_load(&machine, &DEBIAN, kills, Duration::from_secs(1)).await;
    let with = kill_under_load(&machine, &EVERY_SECOND, kills, 2 * MAY_BE_LOST).await;
    for (settings, toll) in [
        ("Debian's default settings", &without),
        ("appendonly yes, appendfsync everysec", &with),
    ] {
        let oldest = match toll.lost {
            0 => String::new(),
            _ => format!(
                ", the oldest one was acknowledged {:?} before the kill",
                toll.oldest_lost
            ),
        };
        report!(
            "{settings}, kills: {kills}: {} of {} acknowledged entries were lost{oldest}",
            toll.lost,
            toll.acknowledged,
        );
        assert!(
            toll.acknowledged > 100 * kills,
            "{settings}: {}",
            toll.acknowledged
        );
    }
    // With Debian's settings, a server saves its first copy at least a minute after its start.
    assert_eq!(
        without.lost, without.acknowledged,
        "with Debian's default settings, a young server must lose everything; if not, correct revocation.md"
    );
    assert!(
        with.oldest_lost < MAY_BE_LOST,
        "with `everysec`, a record that was acknowledged {:?} before the kill must not be lost",
        with.oldest_lost
    );
}

/// Starts a server with these options, and kills it after this time. Does this `kills` times.
async fn kill_under_load(
    machine: &Machine,
    options: &[&str],
    kills: usize,
    after: Duration,
) -> Toll {
    let mut toll = Toll::default();
    for _ in 0..kills {
        let mut server = machine.server_with(options);
        if options == DEBIAN {
            let points = server.command(&["CONFIG", "GET", "save"]);
            assert_eq!(points, "save\n3600 1 300 100 60 10000");
        }
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            writers.spawn(write(log(&server), writer, Arc::clone(&acknowledged)));
        }
        sleep(after).await;
        let killed = Instant::now();
        server.kill();
        // The writers end when their connection is lost.
        writers.join_all().await;
        server.restart();
        let kept = read(&log(&server)).await;
        let acknowledged = acknowledged.lock().await;
        toll.acknowledged += acknowledged.len();
        for (record, at) in &*acknowledged {
            if !kept.contains(record) {
                toll.lost += 1;
                toll.oldest_lost = toll.oldest_lost.max(killed.saturating_duration_since(*at));
            }
        }
    }
    toll
}

/// Returns the log of a server, without a replica.
fn log(server: &Server) -> RedisLog {
    let mut log = server.log();
    log.set_up("n", Duration::from_secs(3_600));
    log
}

/// Appends one record after the other, and notes when each was acknowledged. Ends when the server is gone.
async fn write(log: RedisLog, writer: usize, acknowledged: Arc<Mutex<Vec<(String, Instant)>>>) {
    for number in 0.. {
        let record = format!(
            r#"{{"v":1,"kind":"subject","id":"user-{writer}-{number}","not_before":{number}}}"#
        );
        if log.append(std::slice::from_ref(&record)).await.is_err() {
            return;
        }
        acknowledged.lock().await.push((record, Instant::now()));
    }
}

async fn read(log: &RedisLog) -> HashSet<String> {
    let (mut records, mut position) = (HashSet::new(), None);
    loop {
        let page = log.read_after(position, Duration::ZERO).await.unwrap();
        let Some(last) = page.last() else {
            return records;
        };
        position = Some(last.position);
        records.extend(page.into_iter().map(|logged| logged.record));
    }
}
