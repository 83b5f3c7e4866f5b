//! Tests a log in a file while the disk hangs, for example a network file system.

use std::{fs, path::PathBuf, time::Duration};

use futures_util::FutureExt as _;
use tokio::{
    runtime::{Builder, Runtime},
    task::spawn_blocking,
    time::timeout,
};

use super::{FileLog, RevocationLog};

/// Opens a log in a new folder, and builds a runtime with at most two threads that may block.
fn start(name: &str) -> (Runtime, FileLog, PathBuf) {
    let folder = std::env::temp_dir().join(format!("logto-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let log = FileLog::open(folder.join("revoked.log")).unwrap();
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(2).build();
    (runtime.unwrap(), log, folder)
}

/// Whoever holds the lock of the file stands for a disk that hangs.
#[test]
fn calls_whose_callers_have_gone_do_not_use_up_the_threads_while_the_disk_hangs() {
    let (runtime, log, folder) = start("hanging-disk");
    let hanging = log.inner.opened();
    let is_free = runtime.block_on(async {
        for _ in 0..8 {
            assert!(log.head().now_or_never().is_none());
        }
        let free = timeout(Duration::from_secs(5), spawn_blocking(|| ())).await;
        free.is_ok()
    });
    drop(hanging);
    assert!(is_free, "other work must find a thread");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn records_that_were_stored_after_their_caller_had_gone_are_not_stored_again() {
    let (runtime, log, folder) = start("slow-disk");
    let records = ["first", "second"].map(str::to_owned);
    let hanging = log.inner.opened();
    runtime.block_on(async {
        assert!(log.append(&records[..1]).now_or_never().is_none());
    });
    drop(hanging);
    let stored = runtime.block_on(async {
        // The caller tries again. By now, it has another record.
        log.append(&records).await.unwrap();
        log.read_after(None, Duration::ZERO).await.unwrap()
    });
    let stored: Vec<_> = stored.into_iter().map(|it| it.record).collect();
    assert_eq!(stored, records);
    fs::remove_dir_all(folder).unwrap();
}

/// Somebody has emptied the file meanwhile.
#[test]
fn records_that_were_stored_without_a_caller_are_stored_again_if_the_file_has_lost_them() {
    let (runtime, log, folder) = start("lost-late");
    let records = ["first".to_owned()];
    let hanging = log.inner.opened();
    runtime.block_on(async {
        assert!(log.append(&records).now_or_never().is_none());
    });
    drop(hanging);
    let stored = runtime.block_on(async {
        log.head().await.unwrap();
        fs::write(folder.join("revoked.log"), "").unwrap();
        log.append(&records).await.unwrap();
        log.read_after(None, Duration::ZERO).await.unwrap()
    });
    let stored: Vec<_> = stored.into_iter().map(|it| it.record).collect();
    assert_eq!(stored, records);
    fs::remove_dir_all(folder).unwrap();
}
