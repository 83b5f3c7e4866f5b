//! Thirty replicas that share one Redis server.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::{
    MINUTE, SOON, bound, is_long,
    proxy::Proxy,
    replica::{Replica, tenant, token},
    server::{Server, whole_machine},
};

const REPLICAS: usize = 30;

/// Why all replicas lose their connections at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outage {
    /// The network is cut. Nothing can be lost, so a replica only reads new records.
    Network,
    /// The server is killed and started again. It may have lost records, so each replica reads the whole log
    /// once.
    Server,
}

/// Counts what the replicas do at a server, from one moment on.
struct Work<'a> {
    server: &'a Server,
    proxy: &'a Proxy,
    since: Instant,
    connections_before: usize,
    sent_before: usize,
}

impl<'a> Work<'a> {
    /// Begins to count.
    fn at(server: &'a Server, proxy: &'a Proxy) -> Self {
        assert_eq!(server.command(&["CONFIG", "RESETSTAT"]), "OK");
        Self {
            server,
            proxy,
            since: Instant::now(),
            connections_before: proxy.connections(),
            sent_before: proxy.sent(),
        }
    }

    fn connections(&self) -> usize {
        self.proxy.connections() - self.connections_before
    }

    fn sent(&self) -> usize {
        self.proxy.sent() - self.sent_before
    }

    /// Returns how often these commands were called.
    fn calls(&self, commands: &[&str]) -> usize {
        let stats = self.server.command(&["INFO", "commandstats"]);
        let calls = stats.lines().filter_map(|line| {
            let (name, figures) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            // A subcommand has a line of its own, such as `xinfo|stream`.
            let name = name.split('|').next()?;
            let calls = figures.split(',').next()?;
            commands
                .contains(&name)
                .then(|| calls.parse::<usize>().unwrap())
        });
        calls.sum()
    }
}

/// Each replica has two connections. During an outage, a replica tries to open one of them. After its first
/// failure, it waits for at least 125 ms. After each later failure, it waits for at least 250 ms. So it makes
/// at most five tries in each second.
///
/// After the outage, a replica opens both connections, and then reads once a second. Requests of clients do
/// not make it read more often.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_replicas_that_reconnect_at_once_do_not_flood_the_server() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    for outage in [Outage::Network, Outage::Server] {
        let mut server = machine.server();
        let tenant = tenant();
        server.fill(1_000, &tenant);
        let proxy = Proxy::start(&server).await;
        let replicas: Vec<_> = (0..REPLICAS)
            .map(|_| Replica::start(&tenant, proxy.log().log_name("n")))
            .collect();
        for replica in &replicas {
            replica.ready().await;
        }
        assert_eq!(proxy.connections(), 2 * REPLICAS, "{outage:?}");
        let whole_readings = proxy.sent();
        match outage {
            Outage::Network => proxy.cut(),
            Outage::Server => server.kill(),
        }
        let mut each_second = Vec::new();
        for _ in 0..if is_long() { 60 } else { 3 } {
            let before = proxy.connections();
            sleep(Duration::from_secs(1)).await;
            each_second.push(proxy.connections() - before);
        }
        let work = match outage {
            Outage::Network => {
                let work = Work::at(&server, &proxy);
                proxy.mend();
                work
            }
            Outage::Server => {
                server.restart();
                Work::at(&server, &proxy)
            }
        };
        // The call may find that its connection is broken. The replica then appends the entry later.
        let _ = replicas[0].revoke("alice").await;
        let alice = token(&tenant, "alice");
        for replica in &replicas {
            replica.until_refused(&alice).await;
        }
        let healed = work.since.elapsed();
        // Sends requests for at least two seconds, and until each replica has read three times on average.
        // If the replicas do not read, this ends after ten seconds.
        let mut requests = 0;
        while work.since.elapsed() < SOON
            || (work.calls(&["xread"]) < 3 * REPLICAS && work.since.elapsed() < 5 * SOON)
        {
            for replica in &replicas {
                let bob = token(&tenant, &format!("bob-{requests}"));
                replica.verify(&bob).await.unwrap();
                requests += 1;
            }
        }
        let (connections, sent, took) = (work.connections(), work.sent(), work.since.elapsed());
        let commands = work.calls(&["get", "set", "time", "xadd", "xinfo", "xrange", "xread"]);
        let read = sent as f64 / whole_readings as f64;
        report!(
            "{REPLICAS} replicas, {outage:?}: connections in each second {each_second:?}, healed after \
             {healed:?}; in the {took:?} after the outage: {connections} connections, {commands} commands, {read:.2} \
             readings of the whole log by each replica, and {requests} requests"
        );
        let most = each_second.iter().max().unwrap();
        assert!(
            *most <= 5 * REPLICAS,
            "{outage:?}: each replica must make at most five tries in a second: {each_second:?}"
        );
        assert!(healed < bound(), "{outage:?}: {healed:?}");
        // After a restart, a replica first opens one connection, which has the new run id of the server. The
        // replica's other connection still has the old run id. So the replica opens both again. The assertion
        // allows each replica one more connection, because the end of the outage can interrupt a try.
        let opened = match outage {
            Outage::Network => 2,
            Outage::Server => 3,
        };
        assert!(
            connections <= (opened + 1) * REPLICAS,
            "{outage:?}: each replica must open {opened} connections, but all replicas together opened {connections}"
        );
        // Apart from readings of the whole log, all answers together are far shorter than half of the log.
        let readings = match outage {
            Outage::Network => 0.5,
            Outage::Server => 1.5,
        };
        assert!(
            read < readings,
            "{outage:?}: each replica must read the whole log fewer than {readings} times, not {read:.2} times"
        );
        // A reading sends at most four commands. They ask for new records, the state of the stream, the beat
        // (a sign of life) and the time of the server. Each replica reads once a second. The record about
        // Alice causes one more reading, and another one may have just begun. After a restart of the server,
        // the first reading begins again at the start of the log. This takes up to twelve more commands.
        let readings = took.as_secs() as usize + 3;
        assert!(
            commands <= REPLICAS * (12 + 4 * readings),
            "{outage:?}: each replica must read once a second, but in {took:?} all replicas together sent {commands} commands"
        );
    }
}

/// Each replica could write back all lost records. Together, they must write fewer than three records for
/// each lost record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_replicas_that_fill_an_emptied_log_share_the_work() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    let entries = if is_long() { 30_000 } else { 10_000 };
    let server = machine.server();
    let tenant = tenant();
    server.fill(entries, &tenant);
    let replicas: Vec<_> = (0..REPLICAS)
        .map(|_| Replica::start(&tenant, server.log().log_name("n")))
        .collect();
    // This machine does the work of thirty machines. In the long form, a debug build parses almost a million
    // records.
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
