//! Every revocation log of `logto-runtime` passes the tests of `check_revocation_log`.

use std::time::Duration;

use logto_runtime::{
    FileLog, RedisLog, RevocationLog,
    test_util::{MemoryLog, check_revocation_log},
};

use super::{proxy::Proxy, server::machine};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn the_log_in_redis_passes_the_tests_for_logs() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let proxy = Proxy::start(&server).await;
    let resp3 = RedisLog::new(format!("{}?protocol=resp3", server.url())).unwrap();
    let logs = [
        ("socket", server.log()),
        ("network", proxy.log()),
        ("resp3", resp3),
    ];
    for (name, mut log) in logs {
        log.set_up(name, HOUR);
        check_revocation_log(&log).await.unwrap();
        let keys = [
            format!("{{{name}}}:revoked"),
            format!("{{{name}}}:receiver"),
        ];
        assert_eq!(server.command(&["EXISTS", &keys[0], &keys[1]]), "2");
        // The beat (the sign of life of a receiver) expires after half of `HOUR`.
        let lives: i64 = server.command(&["TTL", &keys[1]]).parse().unwrap();
        assert!((1_795..=1_800).contains(&lives), "{lives}");
        // The stream does not expire: only old records are trimmed.
        assert_eq!(server.command(&["TTL", &keys[0]]), "-1");
    }
}

/// Two lists of revocations, of two tenants, use clones of one log. Nothing is written, so both wait for a
/// record.
#[tokio::test]
async fn two_lists_with_clones_of_one_log_wait_for_records_at_the_same_time() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let mut one = server.log();
    let mut other = one.clone();
    one.set_up("one", HOUR);
    other.set_up("other", HOUR);
    let wait = Duration::from_secs(1);
    let (one, other) = tokio::join!(one.read_after(None, wait), other.read_after(None, wait));
    assert_eq!((one, other), (Ok(Vec::new()), Ok(Vec::new())));
}

#[tokio::test]
async fn the_logs_for_one_process_pass_the_tests_for_logs() {
    check_revocation_log(&MemoryLog::new()).await.unwrap();
    let folder = std::env::temp_dir().join(format!("logto-suite-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut log = FileLog::open(folder.join("revoked.log")).unwrap();
    log.set_up("suite", HOUR);
    check_revocation_log(&log).await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}
