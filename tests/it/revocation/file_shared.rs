//! Two lists of revocations use clones of one `FileLog`. Each tenant needs a file of its own.

use std::{
    fs,
    time::{Duration, UNIX_EPOCH},
};

use http::StatusCode;
use logto_runtime::{FileLog, RejectionCode, RevocationLog};

use super::{
    file::temporary,
    replica::{Replica, tenant},
};

const HOUR: Duration = Duration::from_secs(3_600);

/// The first tenant's entry is three hours old. The second tenant has tokens of one hour, so its list would
/// remove this entry. The first tenant has tokens of a day, so its list still needs the entry.
#[tokio::test]
async fn a_file_serves_one_tenant_and_the_list_of_another_fails_with_the_fix() {
    let (first, second) = (tenant(), tenant());
    let path = temporary("shared");
    let now = first.now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let not_before = now - 3 * HOUR.as_secs();
    let everything = format!(r#"{{"v":1,"kind":"everything","not_before":{not_before}}}"#);
    // The newest entry shows the current time.
    let newest = format!(r#"{{"v":1,"kind":"subject","id":"carol","not_before":{now}}}"#);
    let entries = format!("{everything}\n{newest}\n");
    fs::write(&path, &entries).unwrap();
    let log = FileLog::open(&path).unwrap();
    let one = Replica::with(&first, log.clone(), |it| it.max_token_lifetime(24 * HOUR));
    let other = Replica::start(&second, log);
    assert_eq!(fs::read_to_string(&path).unwrap(), entries);
    other
        .until("fails", |it| it.revocations.health().last_error.is_some())
        .await;
    let error = other.revocations.health().last_error.unwrap();
    assert!(
        error.ends_with("open another file for this list"),
        "{error}"
    );
    // Without its log, the second list does not accept tokens.
    let refused = other.verify(&second.token().user("bob").mint()).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.0, StatusCode::SERVICE_UNAVAILABLE, "{refused:?}");
    one.revocations.ready().await.unwrap();
    one.verify(&first.token().user("alice").mint())
        .await
        .unwrap();
    let old = first.token().user("alice");
    let old = old.issued_at(first.now() - 4 * HOUR);
    let old = old.expires_in(24 * HOUR).mint();
    let refused = one.verify(&old).await.unwrap_err();
    assert_eq!(refused.1, RejectionCode::Revoked);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[tokio::test]
async fn every_call_of_the_second_tenant_fails_and_the_first_tenant_is_not_disturbed() {
    let path = temporary("shared-calls");
    let mut one = FileLog::open(&path).unwrap();
    let (mut other, mut again) = (one.clone(), one.clone());
    one.set_up("logto:one", HOUR);
    other.set_up("logto:other", HOUR);
    again.set_up("logto:one", HOUR);
    let record = ["record".to_owned()];
    for error in [
        other.append(&record).await.unwrap_err(),
        other.read_after(None, Duration::ZERO).await.unwrap_err(),
        other.head().await.unwrap_err(),
        other.beat("beat").await.unwrap_err(),
    ] {
        let error = error.to_string();
        assert!(
            error.ends_with("open another file for this list"),
            "{error}"
        );
    }
    one.append(&record).await.unwrap();
    assert_eq!(
        again.read_after(None, Duration::ZERO).await.unwrap().len(),
        1
    );
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}
