//! A wall clock that is wrong for a moment.

use std::time::{Duration, UNIX_EPOCH};

use logto_runtime::{RejectionCode, RevocationLog, test_util::MemoryLog};
use tokio::time::timeout;

use super::replica::{Replica, SOON, code, tenant};

/// While the clock was ahead, all entries seemed to be over. They are read from the log again.
#[tokio::test]
async fn a_clock_that_was_wrong_for_a_moment_forgets_nothing() {
    const DAY: Duration = Duration::from_secs(24 * 3_600);
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, log.clone());
    replica.revocations.ready().await.unwrap();
    let now = tenant.now();
    let users = ["alice", "bob", "carol"];
    let [alice, bob, carol] = users.map(|user| tenant.token().user(user).mint());
    replica.revoke("alice").await.unwrap();
    tenant.set_now(now + DAY);
    assert_eq!(replica.revocations.health().entries, 0);
    let line = |user: &str, time: Duration| {
        let not_before = (now + time).duration_since(UNIX_EPOCH);
        let not_before = not_before.unwrap().as_secs();
        format!(r#"{{"v":1,"kind":"subject","id":"{user}","not_before":{not_before}}}"#)
    };
    // The clock of whoever writes is right.
    log.append(&[line("bob", SOON)]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    tenant.set_now(now);
    let refused = async |token: &str| {
        let refused = async {
            while code(replica.verify(token).await) != Some(RejectionCode::Revoked) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(SOON, refused).await
    };
    refused(&alice).await.expect("alice");
    refused(&bob).await.expect("bob");
    replica.verify(&carol).await.unwrap();
}
