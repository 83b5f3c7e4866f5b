//! Rights of Redis users: which rights suffice, what a user without the right to write can do, and the errors
//! about missing rights.

use std::time::Duration;

use logto_runtime::{RedisLog, RevocationLog, RevokeError, test_util::check_revocation_log};

use super::{
    replica::{Replica, tenant, token},
    server::{Server, machine},
};

pub(super) const READER: &str = "+xread +xrange +xinfo +get +time";
pub(super) const WRITER: &str = "+xread +xrange +xinfo +get +xadd +set +time";

pub(super) fn add_user(server: &Server, name: &str, rights: &str) -> RedisLog {
    let user = format!("ACL SETUSER {name} on >secret resetkeys ~{{fleet}}:* -@all {rights}");
    let words: Vec<_> = user.split(' ').collect();
    assert_eq!(server.command(&words), "OK");
    let log = RedisLog::new(format!("{}?user={name}&pass=secret", server.url())).unwrap();
    assert!(!format!("{log:?}").contains("secret"), "{log:?}");
    log.log_name("fleet")
}

/// `logto-runtime/docs/revocation.md` lists the rights in `READER` and `WRITER`. The right to `INFO` is
/// optional.
#[tokio::test]
async fn the_rights_that_the_page_lists_suffice() {
    let Some(machine) = machine().await else {
        return;
    };
    for more in ["", " +info"] {
        let server = machine.server();
        let mut log = add_user(&server, "writer", &format!("{WRITER}{more}"));
        log.set_up("", Duration::from_secs(3_600));
        check_revocation_log(&log).await.unwrap();
        assert_eq!(server.command(&["FLUSHALL"]), "OK");

        let tenant = tenant();
        let writer = Replica::receiver(&tenant, log).await;
        let reader = Replica::start(
            &tenant,
            add_user(&server, "reader", &format!("{READER}{more}")),
        );
        // The writer has called `accept_empty_log`, so the reader need not call it.
        reader.until_heard(&tenant).await;
        writer.revoke("alice").await.unwrap();
        reader.until_refused(&token(&tenant, "alice")).await;
        // Apart from `INFO`, the two users ran only commands that they have the right to run. Without the
        // right to `INFO`, the log of denied commands has one entry for each user.
        let denied = server.command(&["ACL", "LOG"]);
        let lacks_info = denied.contains("info");
        assert_eq!(lacks_info, more.is_empty(), "{denied}");
        // Each entry has a field `client-info`, so the name of the denied command is compared, too.
        for user in ["writer", "reader"] {
            let denies = times_denied(&server, user, "info") > 0;
            assert_eq!(denies, more.is_empty(), "{user}: {denied}");
        }
        assert_eq!(
            denied.matches("reason").count(),
            usize::from(lacks_info) * 2,
            "{denied}"
        );
    }
}

/// An attacker with the password of a reader can read ids, but cannot add or remove revocations.
#[tokio::test]
async fn a_reader_cannot_write_and_goes_on_reading_after_a_loss() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let writer = Replica::start(&tenant, add_user(&server, "writer", WRITER));
    let reader = Replica::start(&tenant, add_user(&server, "reader", READER));
    for replica in [&writer, &reader] {
        replica.ready().await;
    }
    let error = reader.revoke("bob").await.unwrap_err();
    let text = std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string);
    assert!(matches!(error, RevokeError::NotLogged(_)), "{error:?}");
    assert!(text.contains("the rights listed on the page"), "{text}");
    writer.revoke("alice").await.unwrap();
    reader.until_refused(&token(&tenant, "alice")).await;
    drop(writer);
    assert_eq!(server.command(&["FLUSHALL"]), "OK");
    let writer = Replica::start(&tenant, add_user(&server, "writer", WRITER));
    writer.ready().await;
    writer.revoke("carol").await.unwrap();
    for user in ["alice", "bob", "carol"] {
        reader.until_refused(&token(&tenant, user)).await;
    }
    let health = reader.health();
    assert!(
        health.ready
            && health.degraded
            && health
                .last_error
                .as_ref()
                .is_some_and(|it| it.contains("cannot be written")),
        "{health:?}"
    );
}

/// If Redis loses records, replicas with more rights write them back. So the health of a reader shows no
/// error.
#[tokio::test]
async fn a_loss_is_not_a_failure_of_a_reader_that_has_revoked_nothing() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let writer = Replica::receiver(&tenant, add_user(&server, "writer", WRITER)).await;
    let reader = Replica::start(&tenant, add_user(&server, "reader", READER));
    reader.until_heard(&tenant).await;
    writer.revoke("alice").await.unwrap();
    reader.until_refused(&token(&tenant, "alice")).await;
    // This ends the connections of the writer, so the writer cannot write anything back.
    assert_eq!(server.command(&["ACL", "DELUSER", "writer"]), "1");
    assert_eq!(server.command(&["ACL", "LOG", "RESET"]), "OK");
    assert_eq!(server.command(&["FLUSHALL"]), "OK");
    // After each denial, the reader reads the revocation log again. So a second denial shows that it goes
    // on reading.
    reader
        .until("denied twice", |_| {
            times_denied(&server, "reader", "xadd") >= 2
        })
        .await;
    assert_eq!(reader.health().last_error, None);
    assert!(reader.refuses(&token(&tenant, "alice")).await);
}

/// Returns how often Redis has denied a command to a user, by its log of denied commands. Each entry of that
/// log is a list of names and values, one a line. An entry begins with the name `count`.
fn times_denied(server: &Server, user: &str, command: &str) -> u32 {
    let log = server.command(&["ACL", "LOG"]);
    let mut lines = log.lines();
    let (mut count, mut object, mut sum) = (0, "", 0);
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        match name {
            "count" => count = value.parse().unwrap(),
            "object" => object = value,
            "username" if (value, object) == (user, command) => sum += count,
            _ => {}
        }
    }
    sum
}

#[tokio::test]
async fn the_error_about_a_missing_right_names_the_operation_and_the_keys() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let other_keys = "resetkeys ~{other}:*";
    for (user, rights, expected) in [
        (
            "nobody",
            "",
            [Some("read"), Some("written"), Some("written")],
        ),
        ("reader", READER, [None, Some("written"), Some("written")]),
        (
            "appender",
            "+xread +xrange +xinfo +get +time +xadd",
            [None, None, Some("written")],
        ),
        ("writer", WRITER, [None; 3]),
        (
            "stranger",
            &*format!("{WRITER} {other_keys}"),
            [Some("read"), Some("written"), Some("written")],
        ),
    ] {
        let mut log = add_user(&server, user, rights);
        log.set_up("", Duration::from_secs(3_600));
        let record = ["a record".to_owned()];
        let outcomes = [
            log.read_after(None, Duration::ZERO).await.map(drop),
            log.append(&record).await,
            log.beat("a beat").await,
        ];
        for (outcome, expected) in outcomes.into_iter().zip(expected) {
            let text = outcome.map_or_else(|error| error.to_string(), |()| "done".to_owned());
            let fits = expected.map_or(text == "done", |done| {
                text.contains(&format!("in Redis cannot be {done}: "))
                    && text.ends_with(
                        "give the user the rights listed on the page about revocation, for the keys \
                         `{fleet}:revoked` and `{fleet}:receiver`",
                    )
            });
            assert!(fits, "{user} {expected:?}: {text}");
        }
    }
}

#[tokio::test]
async fn the_error_names_the_right_to_select_a_database_if_the_user_lacks_this_right() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    add_user(&server, "reader", READER);
    let url = format!("{}?user=reader&pass=secret&db=2", server.url());
    let mut log = RedisLog::new(url).unwrap();
    log.set_up("fleet", Duration::from_secs(3_600));
    let error = log.read_after(None, Duration::ZERO).await.unwrap_err();
    let fix = "; give the user the right `+select`, or use the database 0";
    assert!(error.to_string().ends_with(fix), "{error}");
    server.command(&["ACL", "SETUSER", "reader", "+select"]);
    log.read_after(None, Duration::ZERO).await.unwrap();
}
