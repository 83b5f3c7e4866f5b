//! The counters and gauges of revocations.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use logto_runtime::{
    Revocation,
    telemetry::{REVOCATION_ENTRIES, REVOCATION_SILENCE, REVOCATIONS, WEBHOOKS, describe_metrics},
    test_util::MemoryLog,
};
use serde_json::json;

use super::{
    KEY, World, deliver, delivery,
    replica::{Replica, tenant},
    signature, webhook,
};
use crate::{
    support::send,
    telemetry::recorder::{Recorded, with_recorder},
};

#[test]
fn new_entries_are_counted_by_kind_and_a_gauge_shows_the_length_of_the_list() {
    with_recorder(|snapshotter| async move {
        let world = World::start();
        for user in ["alice", "bob"] {
            let revocation = Revocation::subject(user);
            world.revocations.revoke(revocation).await.unwrap();
        }
        let removal = json!({
            "event": "Organization.Membership.Updated", "createdAt": "2027-01-15T08:00:00.000Z",
            "organizationId": "acme", "removedUserIds": ["alice"],
        });
        assert_eq!(deliver(&world.revocations, &removal).await, 200);
        let expected = Recorded::of(&[
            (REVOCATIONS, r#"{kind="subject"}"#, 2.0),
            (REVOCATIONS, r#"{kind="member"}"#, 1.0),
            (REVOCATIONS, r#"{kind="unbound"}"#, 1.0),
            (REVOCATION_ENTRIES, "", 4.0),
            (WEBHOOKS, r#"{outcome="revoked"}"#, 1.0),
        ]);
        assert_eq!(Recorded::now(&snapshotter), expected);
    });
}

/// What is sent to the route of the webhook.
#[derive(Clone, Copy)]
enum Sent {
    Signed(&'static str),
    Unsigned,
    TwoMebibytes,
    Endless,
}

#[test]
fn each_answer_to_a_webhook_is_counted_by_its_outcome() {
    const DELETED: &str = r#"{"event":"User.Deleted","params":{"userId":"alice"}}"#;
    for (sent, cut, outcome) in [
        (Sent::Signed(DELETED), false, "revoked"),
        (Sent::Signed(DELETED), true, "not_logged"),
        (Sent::Signed(r#"{"event":"PostSignIn"}"#), false, "ignored"),
        (
            Sent::Signed(r#"{"event":"Role.Deleted"}"#),
            false,
            "role_change",
        ),
        (
            Sent::Signed(r#"{"event":"User.Deleted"}"#),
            false,
            "unreadable",
        ),
        (Sent::Signed("{}"), false, "not_a_delivery"),
        (Sent::Unsigned, false, "bad_signature"),
        (Sent::TwoMebibytes, false, "too_large"),
        (Sent::Endless, false, "too_slow"),
    ] {
        with_recorder(|snapshotter| async move {
            let (tenant, log) = (tenant(), MemoryLog::new());
            let receiver = Replica::receiver(&tenant, &log);
            receiver.revocations.ready().await.unwrap();
            if cut {
                log.cut();
            }
            let request = match sent {
                Sent::Signed(body) => delivery(body, Some(&signature(KEY, body.as_bytes()))),
                Sent::Unsigned => delivery("{}", None),
                Sent::TwoMebibytes => {
                    delivery(vec![b' '; 2 * 1024 * 1024], Some(&signature(KEY, b"")))
                }
                Sent::Endless => {
                    let endless = stream::pending::<std::io::Result<Bytes>>();
                    delivery(Body::from_stream(endless), Some(&signature(KEY, b"")))
                }
            };
            send(&webhook(&receiver.revocations), request).await;
            let Recorded(mut now) = Recorded::now(&snapshotter);
            now.retain(|name, _| name.starts_with(WEBHOOKS));
            let expected = Recorded::of(&[(WEBHOOKS, &format!("{{outcome={outcome:?}}}"), 1.0)]);
            assert_eq!(Recorded(now), expected);
        });
    }
}

/// A beat is the sign of life of a process that receives webhooks.
#[test]
fn the_gauge_of_the_silence_rises_without_a_beat_and_falls_with_the_next_one() {
    with_recorder(|snapshotter| async move {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let receiver = Replica::receiver(&tenant, &log);
        receiver.revocations.ready().await.unwrap();
        let silence = || {
            let Recorded(now) = Recorded::now(&snapshotter);
            now.get(REVOCATION_SILENCE).copied()
        };
        receiver
            .until("the first beat", |it| {
                tenant.advance(Duration::from_millis(100));
                it.revocations.health().silent_for_seconds.is_some()
            })
            .await;
        log.cut();
        tenant.advance(Duration::from_secs(40));
        let rises = |_: &Replica| silence() >= Some(40.0);
        receiver.until("the gauge rises", rises).await;
        log.mend();
        receiver
            .until("the gauge falls", |_| {
                tenant.advance(Duration::from_millis(100));
                silence() < Some(10.0)
            })
            .await;
    });
}

#[test]
fn describe_metrics_describes_each_metric_of_revocations() {
    with_recorder(|snapshotter| async move {
        describe_metrics();
        let (tenant, log) = (tenant(), MemoryLog::new());
        let receiver = Replica::receiver(&tenant, &log);
        receiver.revocations.ready().await.unwrap();
        let deletion = json!({ "event": "User.Deleted", "params": { "userId": "alice" } });
        assert_eq!(deliver(&receiver.revocations, &deletion).await, 200);
        let mut described = Vec::new();
        for (key, _, description, _) in snapshotter.snapshot().into_vec() {
            assert!(description.is_some(), "{key:?}");
            described.push(key.key().name().to_owned());
        }
        for metric in [
            REVOCATIONS,
            WEBHOOKS,
            REVOCATION_ENTRIES,
            REVOCATION_SILENCE,
        ] {
            assert!(
                described.iter().any(|it| it == metric),
                "{metric} {described:?}"
            );
        }
    });
}
