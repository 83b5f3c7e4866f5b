//! Somebody replaces, removes or changes the file of a revocation log while a process has it open.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::future::join_all;
use logto_runtime::{FileLog, RejectionCode, RevocationLog, RevokeError, revocation_log::LogError};

use super::{
    file::{closed, temporary},
    replica::{Replica, SOON, code, tenant},
};
use crate::events::Events;

/// Returns the path of another file in the same folder.
fn beside(path: &Path, name: &str) -> PathBuf {
    path.with_file_name(name)
}

fn replace(path: &Path, text: &str) {
    let new = beside(path, "by-somebody-else");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

fn entry(user: &str) -> String {
    format!(r#"{{"v":1,"kind":"subject","id":"{user}","not_before":99999999999}}"#) + "\n"
}

/// Changes a file. The arguments are its path, its text, and an older copy of its text.
type Change = fn(&Path, &str, &str);

const CHANGES: [(&str, Change); 8] = [
    ("an older copy", |path, _, older| replace(path, older)),
    ("an empty file", |path, _, _| replace(path, "")),
    ("another log", |path, _, _| replace(path, &entry("zoe"))),
    ("a copy without its last newline", |path, text, _| {
        replace(path, text.trim_end());
    }),
    ("a copy without alice", |path, text, _| {
        let lines = text.split_inclusive('\n');
        let others: String = lines.filter(|line| !line.contains("alice")).collect();
        replace(path, &others);
    }),
    ("removed", |path, _, _| fs::remove_file(path).unwrap()),
    ("moved away", |path, _, _| {
        fs::rename(path, beside(path, "old.log")).unwrap();
    }),
    ("a link to another file", |path, _, older| {
        let [elsewhere, link] = ["elsewhere.log", "link"].map(|name| beside(path, name));
        fs::write(&elsewhere, older).unwrap();
        std::os::unix::fs::symlink(elsewhere, &link).unwrap();
        // Between a removal and a new link, the process could write the file again.
        fs::rename(link, path).unwrap();
    }),
];

#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost_if_the_file_is_replaced_or_removed() {
    let events = Events::collect();
    join_all(CHANGES.map(|(what, change)| async move {
        let (tenant, path) = (tenant(), temporary(&format!("replaced {what}")));
        let read = || fs::read_to_string(&path).unwrap();
        let replica = Replica::start(&tenant, FileLog::open(&path).unwrap());
        replica.revocations.ready().await.unwrap();
        replica.revoke("alice").await.unwrap();
        let older = read();
        replica.revoke("bob").await.unwrap();
        change(&path, &read(), &older);
        replica.revoke("carol").await.unwrap();
        // A crash at this moment loses nothing.
        let text = read();
        let users = ["alice", "bob", "carol"];
        for user in users {
            assert!(text.contains(user), "{what}, {user}: {text}");
        }
        drop(replica);
        closed(&path).await;
        let next = Replica::start(&tenant, FileLog::open(&path).unwrap());
        next.revocations.ready().await.unwrap();
        for user in users {
            let refused = code(next.verify(&tenant.token().user(user).mint()).await);
            assert_eq!(refused, Some(RejectionCode::Revoked), "{what}, {user}");
        }
        assert_eq!(next.revocations.health().skipped, 0, "{what}: {}", read());
        drop(next);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }))
    .await;
    let mut logged = events.take();
    logged.retain(|it| {
        it.message
            .contains("was replaced, removed or changed by somebody else")
    });
    assert_eq!(logged.len(), CHANGES.len(), "{logged:?}");
}

/// After the change, nobody revokes anything. So only the task that reads the log can notice the change.
#[tokio::test]
async fn the_task_that_reads_the_log_writes_the_file_again_and_reads_what_was_added() {
    join_all(CHANGES.map(|(what, change)| async move {
        let (tenant, path) = (tenant(), temporary(&format!("noticed {what}")));
        let read = || fs::read_to_string(&path).unwrap_or_default();
        let replica = Replica::start(&tenant, FileLog::open(&path).unwrap());
        replica.revocations.accept_empty_log();
        replica.revocations.ready().await.unwrap();
        for user in ["alice", "bob"] {
            replica.revoke(user).await.unwrap();
        }
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(entry("yves").as_bytes()).unwrap();
        let known = |it: &Replica| it.revocations.health().entries;
        replica.until("read", |it| known(it) == 3).await;
        change(&path, &read(), "");
        // The copy without its last newline has all users, so only its last line shows whether the file was
        // written again.
        let complete = || {
            let text = read();
            let has = |user: &&str| text.contains(*user);
            text.ends_with('\n') && ["alice", "bob", "yves"].iter().all(has)
        };
        replica.until(what, |_| complete()).await;
        let added = usize::from(read().contains("zoe"));
        replica.until(what, |it| known(it) == 3 + added).await;
        let health = replica.revocations.health();
        assert_eq!((health.skipped, health.last_error), (0, None), "{what}");
        drop(replica);
        closed(&path).await;
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }))
    .await;
}

#[tokio::test]
async fn after_a_replacement_positions_are_greater_and_readers_see_every_record() {
    let path = temporary("positions");
    let log = FileLog::open(&path).unwrap();
    log.append(&["a".to_owned(), "b".to_owned()]).await.unwrap();
    let before = log.head().await.unwrap();
    replace(&path, "c\n");
    let read = log.read_after(before.last, Duration::ZERO).await.unwrap();
    assert!(read.iter().all(|it| Some(it.position) > before.last));
    let mut records: Vec<_> = read.iter().map(|it| &*it.record).collect();
    records.sort_unstable();
    assert_eq!(records, ["a", "b", "c"]);
    let after = log.head().await.unwrap();
    assert_ne!(before.instance, after.instance);
    assert_eq!(after.first, read.first().map(|it| it.position));
    assert_eq!(after.last, read.last().map(|it| it.position));
    let none = log.read_after(after.last, Duration::ZERO).await.unwrap();
    assert_eq!(none, []);
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[track_caller]
fn assert_says(error: &LogError, parts: [&str; 2]) {
    let text = error.to_string();
    let [problem, fix] = parts;
    assert!(text.contains(problem) && text.ends_with(fix), "{text}");
}

/// The process cannot write the new file, because a folder has the name of that file. A process without
/// permission to create files fails in the same way.
#[tokio::test]
async fn nothing_is_acknowledged_while_the_file_cannot_be_written_again() {
    let (tenant, path) = (tenant(), temporary("in-the-way"));
    let replica = Replica::start(&tenant, FileLog::open(&path).unwrap());
    replica.revocations.ready().await.unwrap();
    replica.revoke("alice").await.unwrap();
    let in_the_way = beside(&path, "revoked.log.new");
    fs::create_dir(&in_the_way).unwrap();
    replace(&path, "");
    let Err(RevokeError::NotLogged(error)) = replica.revoke("bob").await else {
        panic!("the revocation was acknowledged");
    };
    assert_says(
        &error,
        [
            "was replaced or removed",
            "let this process write to the folder, and do not stop it before this error is gone",
        ],
    );
    let pending = |it: &Replica| it.revocations.health().pending;
    assert_eq!(pending(&replica), 1);
    fs::remove_dir(&in_the_way).unwrap();
    replica.until("written again", |it| pending(it) == 0).await;
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("alice") && text.contains("bob"), "{text}");
    drop(replica);
    closed(&path).await;
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

/// Somebody removes the log and its lock file. Then another process creates a new log.
#[tokio::test]
async fn nothing_is_acknowledged_while_another_process_has_the_new_file_open() {
    let path = temporary("stolen");
    let log = FileLog::open(&path).unwrap();
    log.append(&["a".to_owned()]).await.unwrap();
    for file in ["revoked.log", "revoked.log.lock"] {
        fs::remove_file(beside(&path, file)).unwrap();
    }
    let other = FileLog::open(&path).unwrap();
    let record = ["b".to_owned()];
    let error = log.append(&record).await.unwrap_err();
    assert!(error.to_string().contains("is open already"), "{error}");
    assert!(error.to_string().contains("another process has"), "{error}");
    drop(other);
    log.append(&record).await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "a\nb\n");
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

/// `cp backup revoked.log` writes into the open file. The backup can be longer than the log: each start of
/// the process removes old entries from the log.
#[tokio::test]
async fn entries_of_this_process_are_written_back_if_an_older_copy_is_written_into_the_file() {
    for first in ["u", "a-user-with-a-long-id"] {
        let (tenant, path) = (tenant(), temporary(&format!("in-place-{first}")));
        let replica = Replica::start(&tenant, FileLog::open(&path).unwrap());
        replica.revocations.ready().await.unwrap();
        let users = [first, "alice", "bob", "carol", "user-49"];
        let tokens = users.map(|user| (user, tenant.token().user(user).mint()));
        for user in ["alice", "bob"] {
            replica.revoke(user).await.unwrap();
        }
        // In this time, the task of the replica reads the records.
        tokio::time::sleep(2 * SOON).await;
        let others = (0..50).map(|number| entry(&format!("user-{number}")));
        let copy: String = [entry(first)].into_iter().chain(others).collect();
        fs::write(&path, copy).unwrap();
        let complete = || {
            let text = fs::read_to_string(&path).unwrap();
            ["alice", "bob", "user-49"]
                .iter()
                .all(|user| text.contains(user))
        };
        replica.until("written back", |_| complete()).await;
        replica.revoke("carol").await.unwrap();
        drop(replica);
        closed(&path).await;
        let replica = Replica::start(&tenant, FileLog::open(&path).unwrap());
        replica.revocations.ready().await.unwrap();
        for (user, token) in &tokens {
            let refused = code(replica.verify(token).await);
            assert_eq!(refused, Some(RejectionCode::Revoked), "{first}: {user}");
        }
        drop(replica);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
