//! Tests a revocation log whose file can be reached through several links.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use logto_runtime::{FileLog, RejectionCode, RevocationLog};

use super::{
    file::{closed, temporary},
    replica::{Replica, code, tenant},
};
use crate::events::Events;

/// Returns a new folder with the folders `shared` and `other`.
fn folder(name: &str) -> PathBuf {
    let folder = temporary(name).parent().unwrap().to_owned();
    for inside in ["shared", "other"] {
        fs::create_dir_all(folder.join(inside)).unwrap();
    }
    folder
}

/// Returns a path that leads to the file `shared/revoked.log`. Creates the links that the path needs.
type Link = fn(&Path) -> io::Result<PathBuf>;

const LINKS: [(&str, Link); 7] = [
    ("the same path", |folder| {
        Ok(folder.join("shared/revoked.log"))
    }),
    ("a path with dots", |folder| {
        Ok(folder.join("other/.././shared/revoked.log"))
    }),
    ("a link", |folder| {
        let link = folder.join("other/link.log");
        symlink(folder.join("shared/revoked.log"), &link)?;
        Ok(link)
    }),
    ("a relative link", |folder| {
        let link = folder.join("other/relative.log");
        symlink("../shared/revoked.log", &link)?;
        Ok(link)
    }),
    ("a link to a link", |folder| {
        let (near, far) = (folder.join("other/near.log"), folder.join("far.log"));
        symlink("shared/revoked.log", &far)?;
        symlink(far, &near)?;
        Ok(near)
    }),
    ("a link to the folder", |folder| {
        symlink("shared", folder.join("linked"))?;
        Ok(folder.join("linked/revoked.log"))
    }),
    ("a link in a linked folder", |folder| {
        symlink("other", folder.join("again"))?;
        symlink("../shared/revoked.log", folder.join("other/inside.log"))?;
        Ok(folder.join("again/inside.log"))
    }),
];

#[tokio::test]
async fn a_file_has_one_lock_whatever_link_leads_to_it() {
    for (what, link) in LINKS {
        for exists in [true, false] {
            let folder = folder("links");
            let direct = folder.join("shared/revoked.log");
            if exists {
                fs::write(&direct, "").unwrap();
            }
            let linked = link(&folder).unwrap();
            for (first, second) in [(&linked, &direct), (&direct, &linked)] {
                let first = FileLog::open(first).unwrap();
                let error = FileLog::open(second).map(drop).unwrap_err();
                let case = format!("{what}, exists: {exists}: {error}");
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{case}");
                assert!(error.to_string().contains("; open it only once"), "{case}");
                assert!(error.to_string().contains("; run one process"), "{case}");
                // Nobody has accepted the log, so it stays new, whatever link leads to it.
                assert!(first.head().await.unwrap().is_new, "{case}");
                first.append(&["a record".to_owned()]).await.unwrap();
            }
            let records = fs::read_to_string(&direct).unwrap();
            assert_eq!(records, "a record\n".repeat(2), "{what}, exists: {exists}");
            fs::remove_dir_all(&folder).unwrap();
        }
    }
}

#[test]
fn a_link_that_cannot_lead_to_a_file_is_an_error() {
    let folder = folder("nowhere");
    let link = folder.join("revoked.log");
    for (target, kind) in [
        ("missing/revoked.log", Some(io::ErrorKind::NotFound)),
        ("revoked.log", None),
        ("..", None),
        ("shared", None),
    ] {
        symlink(target, &link).unwrap();
        let error = FileLog::open(&link).map(drop).unwrap_err();
        assert!(kind.is_none_or(|kind| error.kind() == kind), "{error}");
        fs::remove_file(&link).unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// A hard link is a second name of the file. Two programs may know different names, for example if one
/// program runs in a container.
#[test]
fn a_file_cannot_be_opened_twice_through_a_hard_link() {
    let folder = folder("hard");
    let [name, other] = ["shared/revoked.log", "other/revoked.log"].map(|it| folder.join(it));
    let first = FileLog::open(&name).unwrap();
    fs::hard_link(&name, &other).unwrap();
    let error = FileLog::open(&other).map(drop).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
    drop(first);
    let _second = FileLog::open(&other).unwrap();
    let error = FileLog::open(&name).map(drop).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
    fs::remove_dir_all(&folder).unwrap();
}

/// At the start, a new file without the old entries usually replaces the log. A hard link would then still
/// lead to the old file. That file does not get later revocations.
#[tokio::test]
async fn a_file_with_a_hard_link_keeps_its_old_entries_and_both_names() {
    let (tenant, folder) = (tenant(), folder("two-names"));
    let [name, other] = ["shared/revoked.log", "other/revoked.log"].map(|it| folder.join(it));
    let old = r#"{"v":1,"kind":"subject","id":"x","not_before":1}"#;
    let new = r#"{"v":1,"kind":"subject","id":"y","not_before":1800000000}"#;
    fs::write(&name, format!("{old}\n{new}\n")).unwrap();
    fs::hard_link(&name, &other).unwrap();
    let events = Events::collect();
    let replica = Replica::start(&tenant, FileLog::open(&name).unwrap());
    let reason = &events.only_of("can't remove old entries").fields["reason"];
    assert!(reason.ends_with("or use a symbolic link"), "{reason}");
    replica.revocations.ready().await.unwrap();
    replica.revoke("alice").await.unwrap();
    for name in [&name, &other] {
        let text = fs::read_to_string(name).unwrap();
        assert!(text.starts_with(old) && text.contains("alice"), "{text}");
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// A deployment tool makes a folder for each release, with a link to the shared file. The next release starts
/// while the previous release still receives webhooks.
#[tokio::test]
async fn the_next_release_knows_what_the_previous_one_has_acknowledged() {
    let (tenant, folder) = (tenant(), folder("releases"));
    let shared = folder.join("shared/revoked.log");
    let release = |number: u32| {
        let release = folder.join(number.to_string());
        fs::create_dir_all(&release).unwrap();
        let link = release.join("revoked.log");
        symlink("../shared/revoked.log", &link).unwrap();
        link
    };
    let (first, second) = (release(1), release(2));
    let now = tenant.now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let entry = |id: &str, not_before: u64| {
        format!(r#"{{"v":1,"kind":"subject","id":"{id}","not_before":{not_before}}}"#) + "\n"
    };
    fs::write(&shared, entry("y", now)).unwrap();
    let running = Replica::start(&tenant, FileLog::open(&first).unwrap());
    running.revocations.ready().await.unwrap();
    // This revocation is a day old, so the next start removes it.
    let over = entry("x", now - 86_400);
    fs::write(&shared, entry("y", now) + &over).unwrap();
    let error = FileLog::open(&second).map(drop).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
    running.revoke("alice").await.unwrap();
    drop(running);
    closed(&second).await;
    let next = Replica::start(&tenant, FileLog::open(&second).unwrap());
    next.revocations.ready().await.unwrap();
    let refused = code(next.verify(&tenant.token().user("alice").mint()).await);
    assert_eq!(refused, Some(RejectionCode::Revoked));
    assert!(!fs::read_to_string(&shared).unwrap().contains(&over));
    next.revoke("bob").await.unwrap();
    assert!(fs::symlink_metadata(&second).unwrap().is_symlink());
    assert!(fs::read_to_string(&shared).unwrap().contains("bob"));
    fs::remove_dir_all(&folder).unwrap();
}
