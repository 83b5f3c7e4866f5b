//! The Redis server loses records, or has a wrong clock.

use std::{fs, time::Duration};

use tokio::time::{Instant, sleep, timeout};

use super::{
    SOON, bound,
    proxy::Proxy,
    replica::{Replica, tenant, token},
    server::{Server, machine},
};

/// A way in which a server loses records.
type Lose = fn(&mut Server);

/// After a record with the greatest possible id, a stream of Redis accepts no more records. An attacker who
/// can write such a record stops the stream. After an operator has deleted this stream, the replicas must
/// read the next one.
#[tokio::test]
async fn a_replica_that_has_read_the_greatest_id_of_a_stream_reads_the_next_stream() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let [replica, other] = [(); 2].map(|()| Replica::start(&tenant, server.log()));
    replica.ready().await;
    other.ready().await;
    other.revocations.accept_empty_log();
    replica
        .until("accepted", |health| health.last_error.is_none())
        .await;
    other.revoke("alice").await.unwrap();
    let key = server.key();
    let last = "18446744073709551615-18446744073709551615";
    assert_eq!(server.command(&["XADD", &key, last, "r", "poison"]), last);
    replica.until("read", |health| health.skipped == 1).await;
    // The replica connects again, and asks for the records after the greatest id.
    server.command(&["CLIENT", "KILL", "TYPE", "normal"]);
    replica
        .until("cut off", |health| health.last_error.is_some())
        .await;
    other.revoke("bob").await.unwrap_err();
    assert_eq!(server.command(&["DEL", &key]), "1");
    replica.until_refused(&token(&tenant, "bob")).await;
    replica
        .until("reads", |health| health.last_error.is_none())
        .await;
}

/// Two of the ways to lose records bring back an older copy of the data. The copy has the revocation of
/// `old`, but not the revocation of `new`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_write_back_what_their_server_has_lost() {
    let Some(machine) = machine().await else {
        return;
    };
    let ways: [(&str, Lose); 5] = [
        ("FLUSHALL", |server| {
            assert_eq!(server.command(&["FLUSHALL"]), "OK");
        }),
        ("a stream that was trimmed to nothing", |server| {
            assert_eq!(
                server.command(&["XTRIM", &server.key(), "MAXLEN", "0"]),
                "2"
            );
        }),
        ("a stream that was trimmed at its start", |server| {
            assert_eq!(
                server.command(&["XTRIM", &server.key(), "MAXLEN", "1"]),
                "1"
            );
        }),
        ("a restart with an older copy", |server| {
            server.kill();
            fs::rename(
                server.folder.join("copy.rdb"),
                server.folder.join("dump.rdb"),
            )
            .unwrap();
            server.restart();
        }),
        ("an older copy of the key in the same run", |server| {
            let key = server.key();
            let script = "redis.call('RESTORE', KEYS[1], 0, redis.call('GET', 'copy'), 'REPLACE')";
            assert_eq!(server.command(&["EVAL", script, "1", &key]), "");
        }),
    ];
    for (way, lose) in ways {
        let mut server = machine.server_with(&["--appendonly", "no"]);
        let tenant = tenant();
        let replicas = [(); 3].map(|()| Replica::start(&tenant, server.log()));
        for replica in &replicas {
            replica.ready().await;
        }
        replicas[0].revoke("old").await.unwrap();
        assert_eq!(server.command(&["SAVE"]), "OK");
        fs::rename(
            server.folder.join("dump.rdb"),
            server.folder.join("copy.rdb"),
        )
        .unwrap();
        let script = "redis.call('SET', 'copy', redis.call('DUMP', KEYS[1]))";
        server.command(&["EVAL", script, "1", &server.key()]);
        replicas[1].revoke("new").await.unwrap();
        let tokens = ["old", "new"].map(|user| token(&tenant, user));
        for replica in &replicas {
            replica.until_all_refused(&tokens).await;
        }
        lose(&mut server);
        let lost = Instant::now();
        // As soon as the log has both records again, a new replica must know both revocations.
        let written_back = async {
            while server.records() < 2 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(5 * SOON, written_back).await.expect(way);
        let healed = lost.elapsed();
        let records = server.command(&["XRANGE", &server.key(), "-", "+"]);
        assert!(records.contains("healed"), "{way}: {records}");
        report!("{way}: written back after {healed:?}");
        assert!(healed < bound(), "{way}: {healed:?}");
        let new = Replica::start(&tenant, server.log());
        new.ready().await;
        for replica in replicas.iter().chain([&new]) {
            for token in &tokens {
                assert!(replica.refuses(token).await, "{way}");
            }
        }
    }
}

/// The ids of a stream always increase. If the clock was set back, the next id follows the newest id.
#[tokio::test]
async fn no_revocation_is_lost_when_the_clock_of_the_server_is_set_back() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let replicas = [(); 2].map(|()| Replica::start(&tenant, server.log()));
    for replica in &replicas {
        replica.ready().await;
    }
    replicas[0].revoke("before").await.unwrap();
    // The id of this record is a minute ahead. So the clock seems to have been set back by a minute.
    let now: u64 = server
        .command(&["TIME"])
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let id = format!("{}-0", (now + 60) * 1_000);
    server.command(&["XADD", &server.key(), &id, "r", "{}"]);
    replicas[0]
        .until("skipped", |health| health.skipped == 1)
        .await;
    replicas[0].revoke("after").await.unwrap();
    let new = Replica::start(&tenant, server.log());
    new.ready().await;
    for replica in replicas.iter().chain([&new]) {
        for user in ["before", "after"] {
            replica.until_refused(&token(&tenant, user)).await;
        }
    }
}

/// This log keeps records for a day, so a record from two days ago is trimmed. But if the clock of the server
/// is wrong, the age of records is not known. So nothing is trimmed if the clocks of the server and the
/// replica differ by more than 60 s.
#[tokio::test]
async fn no_record_is_trimmed_while_the_clock_of_the_server_is_wrong() {
    let Some(machine) = machine().await else {
        return;
    };
    for (ahead, trims) in [
        (0, true),
        (50, true),
        (70, false),
        (86_400 * 30, false),
        (-70, false),
    ] {
        // The server trims whole nodes only, so each record gets its own node.
        let server = machine.server_with(&["--stream-node-max-entries", "1"]);
        let proxy = Proxy::start(&server).await;
        let tenant = tenant();
        let day = 24 * 60 * 60;
        let now: u64 = server
            .command(&["TIME"])
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        for (age, record) in [(2 * day, "old"), (day - 60, "young")] {
            let id = format!("{}-1", (now - age) * 1_000);
            server.command(&["XADD", "{n}:revoked", &id, "r", record]);
        }
        proxy.set_clock_ahead(ahead);
        let replica = Replica::start(&tenant, proxy.log().log_name("n"));
        replica.ready().await;
        replica.revoke("alice").await.unwrap();
        let records = server.command(&["XRANGE", "{n}:revoked", "-", "+"]);
        assert_eq!(records.contains("old"), !trims, "{ahead}: {records}");
        assert!(records.contains("young"), "{ahead}: {records}");
    }
}
