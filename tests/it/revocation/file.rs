//! `FileLog`, the revocation log in a file.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use logto_runtime::{
    FileLog, RejectionCode, RevocationLog,
    revocation_log::{Head, LogFuture, Logged},
    test_util::{MemoryLog, check_revocation_log},
};
use tokio::time::timeout;

use super::replica::{Replica, SOON, code, tenant};

/// Creates a temporary folder, and returns the path of a log in that folder.
pub(super) fn temporary(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("logto-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder.join("revoked.log")
}

/// Waits until nobody has the log open. When a list of revocations is dropped, its background task closes the
/// log soon afterwards.
pub(super) async fn closed(path: &Path) {
    let closed = async {
        while FileLog::open(path).is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(5 * SOON, closed).await.unwrap();
}

#[tokio::test]
async fn the_logs_in_memory_and_in_a_file_pass_the_tests_for_logs() {
    check_revocation_log(&MemoryLog::new()).await.unwrap();
    let path = temporary("suite");
    check_revocation_log(&FileLog::open(&path).unwrap())
        .await
        .unwrap();
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

/// A log like a database table: a record can become visible after a record with a greater position.
#[derive(Clone, Default)]
struct OutOfOrder {
    log: MemoryLog,
    taken: Arc<Mutex<u128>>,
    visible: Arc<Mutex<BTreeMap<u128, String>>>,
}

impl RevocationLog for OutOfOrder {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async move {
            for record in records {
                let position = {
                    let mut taken = self.taken.lock().unwrap();
                    *taken += 1;
                    *taken
                };
                for _ in 0..position % 3 {
                    tokio::task::yield_now().await;
                }
                let mut visible = self.visible.lock().unwrap();
                visible.insert(position, record.clone());
            }
            Ok(())
        })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let page = || {
                let visible = self.visible.lock().unwrap();
                let after = visible.range(position.map_or(0, |at| at + 1)..);
                let page = after.map(|(position, record)| Logged {
                    position: *position,
                    record: record.clone(),
                });
                page.collect::<Vec<_>>()
            };
            let began = std::time::Instant::now();
            while page().is_empty() && began.elapsed() < wait {
                tokio::task::yield_now().await;
            }
            Ok(page())
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            let head = self.log.head().await?;
            let visible = self.visible.lock().unwrap();
            Ok(Head {
                first: visible.keys().next().copied(),
                last: visible.keys().next_back().copied(),
                ..head
            })
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.log.beat(value)
    }
}

#[tokio::test]
#[should_panic(expected = "a record became visible after a later one")]
async fn the_tests_for_logs_find_a_log_whose_records_become_visible_out_of_order() {
    check_revocation_log(&OutOfOrder::default()).await.unwrap();
}

/// A log that always returns the same `is_new`.
struct FixedNew(MemoryLog, bool);

impl RevocationLog for FixedNew {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        self.0.append(records)
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        self.0.read_after(position, wait)
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async {
            let head = self.0.head().await?;
            let is_new = self.1;
            Ok(Head { is_new, ..head })
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        self.0.beat(value)
    }
}

#[tokio::test]
#[should_panic(expected = "`is_new` is `false` although the log has no beat")]
async fn the_tests_for_logs_find_a_log_that_is_never_new() {
    let log = FixedNew(MemoryLog::new(), false);
    check_revocation_log(&log).await.unwrap();
}

#[tokio::test]
#[should_panic(expected = "`is_new` is `true` although the log has a beat")]
async fn the_tests_for_logs_find_a_log_that_stays_new() {
    let log = FixedNew(MemoryLog::new(), true);
    check_revocation_log(&log).await.unwrap();
}

#[tokio::test]
async fn a_restart_keeps_all_revocations_in_the_file() {
    let tenant = tenant();
    let path = temporary("restart");
    let token = |user: &str| tenant.token().user(user).mint();
    for round in 0..3 {
        let log = FileLog::open(&path).unwrap();
        let error = FileLog::open(&path).map(drop).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
        let replica = Replica::start(&tenant, log);
        replica.revocations.ready().await.unwrap();
        for earlier in 0..round {
            let refused = code(replica.verify(&token(&format!("user-{earlier}"))).await);
            assert_eq!(refused, Some(RejectionCode::Revoked), "{round} {earlier}");
        }
        let user = format!("user-{round}");
        replica.verify(&token(&user)).await.unwrap();
        replica.revoke(&user).await.unwrap();
        drop(replica);
        closed(&path).await;
        // As after a crash, the file ends with half a record.
        let mut text = fs::read(&path).unwrap();
        text.extend_from_slice(br#"{"v":1,"kind":"subj"#);
        fs::write(&path, text).unwrap();
    }
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

/// The clock is 90,000 s ahead of the newest webhook. When the clock is set right, the newest entries are
/// needed again. So the age of an entry is measured from the newest entry that came from a webhook. Here, an
/// entry stays in the file for 8,400 s.
#[tokio::test]
async fn a_clock_that_is_ahead_at_the_start_does_not_remove_the_newest_entries() {
    let tenant = tenant();
    let path = temporary("ahead");
    let now = tenant.now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let entry = |user: &str, age: u64, source: &str| {
        let not_before = now - age;
        let time = format!(r#""not_before":{not_before},"source":"{source}""#);
        format!(r#"{{"v":1,"kind":"subject","id":"{user}",{time}}}"#) + "\n"
    };
    let suspended = "User.SuspensionStatus.Updated";
    let live = [
        entry("alice", 90_000 + 8_300, suspended),
        entry("bob", 90_000, suspended),
        // The two entries below have the time of the clock that is ahead.
        entry("dave", 0, "revoke"),
        entry("erin", 0, "healed"),
    ]
    .concat();
    let over = entry("carol", 90_000 + 8_500, suspended);
    fs::write(&path, format!("{over}{live}")).unwrap();
    let log = FileLog::open(&path).unwrap();
    let _replica = Replica::start(&tenant, log);
    assert_eq!(fs::read_to_string(&path).unwrap(), live);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

/// The oldest token that is accepted is 4,200 s old here. Entries stay in the file for twice that time.
#[tokio::test]
async fn old_entries_are_removed_from_the_file_at_the_start() {
    let tenant = tenant();
    let path = temporary("shorten");
    let now = tenant.now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let entry = |user: &str, not_before: u64| {
        format!(r#"{{"v":1,"kind":"subject","id":"{user}","not_before":{not_before}}}"#) + "\n"
    };
    let live = [entry("alice", now - 8_300), entry("bob", now + 5)].concat();
    let later = "{\"v\":9,\"kind\":\"planet\"}\n";
    let torn = r#"{"v":1,"kind":"subj"#;
    let over = entry("carol", now - 8_500);
    fs::write(&path, format!("{over}{live}{later}{over}{torn}")).unwrap();
    let log = FileLog::open(&path).unwrap();
    assert!(fs::read_to_string(&path).unwrap().starts_with(&over));
    let replica = Replica::start(&tenant, log);
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{live}{later}"));
    // A shorter file has replaced the first one. The shorter file is locked, and gets the new records.
    let error = FileLog::open(&path).map(drop).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
    replica.revocations.ready().await.unwrap();
    let refused = code(replica.verify(&tenant.token().user("bob").mint()).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
    replica.revoke("dave").await.unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(&live) && text.contains("dave"), "{text}");
    assert_eq!(replica.revocations.health().skipped, 1);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

/// The disk was full: half of a record was written, and could not be removed. The next records are appended
/// when there is room again.
#[tokio::test]
async fn a_record_that_was_appended_after_half_a_record_is_read_after_a_restart() {
    let path = temporary("half");
    let log = FileLog::open(&path).unwrap();
    log.append(&["first".to_owned()]).await.unwrap();
    let half = r#"{"v":1,"kind":"subj"#;
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    io::Write::write_all(&mut file, half.as_bytes()).unwrap();
    for record in ["second", "third"] {
        log.append(&[record.to_owned()]).await.unwrap();
    }
    drop(log);
    let log = FileLog::open(&path).unwrap();
    let read = log.read_after(None, Duration::ZERO).await.unwrap();
    let read: Vec<_> = read.iter().map(|logged| &*logged.record).collect();
    assert_eq!(read, ["first", half, "second", "third"]);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}
