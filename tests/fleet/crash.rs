//! The Redis server or a replica is killed, as in a crash.

use std::{sync::Arc, time::Duration};

use logto_runtime::{RevocationHealth, test_util::TestTenant};
use tokio::{
    sync::Mutex,
    time::{Instant, interval, timeout},
};

use super::{
    MINUTE, SOON, bound,
    child::Child,
    is_long,
    replica::{Replica, old_token, tenant, token},
    server::whole_machine,
};

/// Without an append-only file, a killed server forgets everything. The replicas still have all entries (the
/// revocations), and write them back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_revocation_is_lost_when_the_server_is_killed_under_load() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    for append_only in ["yes", "no"] {
        let mut server = machine.server_with(&["--appendonly", append_only]);
        let tenant = tenant();
        let mut replicas = [(); 3].map(|()| Arc::new(Replica::start(&tenant, server.log())));
        for replica in &replicas {
            replica.ready().await;
        }
        let crashes = if is_long() { 10 } else { 1 };
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let mut users = 0;
        for crash in 0..crashes {
            let mut tick = interval(Duration::from_millis(1));
            let started = Instant::now();
            let mut calls = tokio::task::JoinSet::new();
            let mut killed = false;
            while started.elapsed() < SOON / 2 {
                if started.elapsed() > SOON / 4 && !killed {
                    server.kill();
                    killed = true;
                }
                tick.tick().await;
                let (replica, user) = (Arc::clone(&replicas[users % 3]), format!("user-{users}"));
                let acknowledged = Arc::clone(&acknowledged);
                calls.spawn(async move {
                    if replica.revoke(&user).await.is_ok() {
                        acknowledged.lock().await.push(user);
                    }
                });
                users += 1;
            }
            let restarted = server.restart();
            calls.join_all().await;
            let answered = restarted.elapsed();
            // Entries that were not acknowledged are appended later, so in the end every replica has all
            // entries.
            for replica in &replicas {
                let all =
                    |health: &RevocationHealth| health.entries == users && health.pending == 0;
                replica.until("healed", all).await;
            }
            let healed = restarted.elapsed();
            let acknowledged = acknowledged.lock().await;
            report!(
                "append-only {append_only}, crash {crash}: {} of {users} revocations were acknowledged; \
                 after the restart of the server, it took {answered:?} until the last call ended, and \
                 {healed:?} until all replicas had all revocations",
                acknowledged.len(),
            );
            assert!(healed < bound(), "{append_only}: {healed:?}");
            let tokens = tokens(&tenant, &acknowledged);
            for replica in &replicas {
                for token in &tokens {
                    assert!(replica.refuses(token).await, "{append_only}");
                }
            }
        }
        let tokens = tokens(&tenant, &acknowledged.lock().await);
        assert!(tokens.len() > 100, "{}", tokens.len());
        // Waits until the replicas have written everything back: a new replica then finds all entries.
        let complete = async {
            loop {
                let new = Replica::start(&tenant, server.log());
                new.ready().await;
                if new.health().entries == users {
                    break;
                }
            }
        };
        timeout(5 * SOON, complete).await.unwrap();
        // Replaces the replicas one after the other. Each new replica must know all acknowledged revocations.
        for replica in &mut replicas {
            *replica = Arc::new(Replica::start(&tenant, server.log()));
            replica.ready().await;
            for token in &tokens {
                assert!(replica.refuses(token).await, "{append_only}");
            }
        }
    }
}

/// Returns tokens that are older than all revocations. In the long form of the test, new tokens would be
/// younger than the first revocations.
fn tokens(tenant: &TestTenant, users: &[String]) -> Vec<String> {
    let old = |user: &String| old_token(tenant, user, 20 * MINUTE);
    users.iter().map(old).collect()
}

#[tokio::test]
async fn a_replica_that_is_killed_has_all_revocations_after_its_restart() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let replica = Replica::start(&tenant, server.log());
    replica.ready().await;
    let mut child = Child::start(&tenant, &server.url(), &[]);
    child.ready();
    let users: Vec<_> = (0..60).map(|number| format!("user-{number}")).collect();
    for (number, user) in users.iter().enumerate() {
        match number % 2 {
            0 => replica.revoke(user).await.unwrap(),
            _ => assert_eq!(child.ask(&format!("revoke {user}")), "ok"),
        }
        if number == 30 {
            child.kill();
            // The killed replica misses these revocations.
            for user in ["while-down-1", "while-down-2"] {
                replica.revoke(user).await.unwrap();
            }
            child = Child::start(&tenant, &server.url(), &[]);
            child.ready();
        }
    }
    let users = users
        .iter()
        .map(String::as_str)
        .chain(["while-down-1", "while-down-2"]);
    for user in users {
        let token = token(&tenant, user);
        replica.until_refused(&token).await;
        child.until_refused(&token);
    }
    let clean = token(&tenant, "somebody-else");
    assert_eq!(child.ask(&format!("verify {clean}")), "accepted");
}
