//! Whether the log in a file is new, or somebody has accepted it.

use std::{fs, time::Duration};

use logto_runtime::{FileLog, RevocationLog};
use tokio::time::timeout;

use super::{
    file::{closed, temporary},
    replica::{Replica, SOON, tenant},
};

/// If a service ends because the log is new, the log must still count as new after the restart. An empty file
/// that somebody created before the first start, for example for a container, is also a new log.
#[tokio::test]
async fn a_new_file_stays_new_over_restarts_until_somebody_accepts_it() {
    for is_created_before in [false, true] {
        let tenant = tenant();
        let path = temporary(&format!("new-{is_created_before}"));
        if is_created_before {
            fs::write(&path, "").unwrap();
        }
        for (round, accepts, new) in [
            (0, false, true),
            (1, false, true),
            (2, true, true),
            (3, false, false),
            (4, false, false),
        ] {
            let log = FileLog::open(&path).unwrap();
            assert_eq!(log.head().await.unwrap().is_new, new, "{round}");
            let replica = Replica::start(&tenant, log.clone());
            replica.revocations.ready().await.unwrap();
            let last_error = || replica.revocations.health().last_error;
            assert_eq!(last_error().is_some(), new, "{round}");
            // An appended entry does not count as acceptance of the log.
            replica.revoke("alice").await.unwrap();
            if accepts {
                replica.revocations.accept_empty_log();
                let told = async {
                    while log.head().await.unwrap().is_new {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                };
                timeout(5 * SOON, told).await.unwrap();
            }
            drop((replica, log));
            closed(&path).await;
        }
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}

/// A crash can leave the lock file empty, or with a part of its word. An accepted log stays accepted.
#[tokio::test]
async fn a_log_without_a_note_that_somebody_accepted_it_is_new_after_a_crash() {
    for (records, lock, new) in [
        (Some(""), None, true),
        (Some(""), Some(""), true),
        (Some(""), Some("new\n"), true),
        (Some(""), Some("acc"), true),
        (Some(""), Some("accepted\n"), false),
        (Some("a record\n"), None, false),
        (Some("a record\n"), Some(""), false),
        (Some("a record\n"), Some("ne"), true),
        (Some("a record\n"), Some("acc"), true),
        (Some("a record\n"), Some("accepted\n"), false),
        (None, Some(""), true),
        (None, Some("accepted\n"), true),
    ] {
        let path = temporary("crash");
        for (name, content) in [("revoked.log", records), ("revoked.log.lock", lock)] {
            if let Some(content) = content {
                fs::write(path.with_file_name(name), content).unwrap();
            }
        }
        for start in ["first", "second"] {
            let log = FileLog::open(&path).unwrap();
            let found = log.head().await.unwrap().is_new;
            assert_eq!(found, new, "{records:?}, {lock:?}, {start} start");
            drop(log);
            closed(&path).await;
        }
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
