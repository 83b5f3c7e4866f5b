//! A wall clock that is wrong for a moment, and one that differs from Logto's.

use std::time::{Duration, UNIX_EPOCH};

use logto_runtime::{Logto, RejectionCode, Revocation, RevocationLog, test_util::MemoryLog};
use serde_json::json;
use tokio::time::timeout;

use super::{
    World, deliver,
    replica::{Replica, SOON, code, tenant},
};
use crate::support::{NOW, at};

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

async fn refused(logto: &Logto, token: &str) -> Option<RejectionCode> {
    let verified = logto.verify(token).await;
    verified.err().map(|rejection| rejection.code())
}

/// By default, a token may come from the next 60 seconds.
#[tokio::test]
async fn an_operators_call_covers_the_tokens_of_a_clock_that_is_ahead() {
    for ahead in [0, 4, 5, 30, 60] {
        for (revocation, margin) in [
            (Revocation::subject("alice"), 5),
            (Revocation::client("test-app"), 5),
            (Revocation::everything(), 0),
        ] {
            let world = World::start();
            let logto = world.logto().build().unwrap();
            let token = |second| {
                let token = world.tenant.token().user("alice");
                token.claim("iat", NOW + second).mint()
            };
            let stolen = token(ahead);
            assert_eq!(refused(&logto, &stolen).await, None);
            let case = format!("{revocation:?} {ahead}");
            world.revocations.revoke(revocation).await.unwrap();
            let revoked = Some(RejectionCode::Revoked);
            assert_eq!(refused(&logto, &stolen).await, revoked, "{case}");
            world.tenant.set_now(at(NOW + 60));
            assert_eq!(refused(&logto, &stolen).await, revoked, "{case}");
            // Whoever signs in again is not kept out for longer than that.
            let new = token(ahead + margin + 1);
            assert_eq!(refused(&logto, &new).await, None, "{case}");
        }
    }
}

/// A signed webhook tells the time of Logto, even of a clock whose tokens are not accepted yet.
#[tokio::test]
async fn an_operators_call_knows_the_time_of_a_webhook_until_entries_are_over() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let token = |second| {
        let token = world.tenant.token().user("alice");
        token.claim("iat", NOW + second).mint()
    };
    let stolen = token(300);
    for created_at in ["2027-01-15T08:05:00.000Z", "2027-01-15T08:00:07.000Z"] {
        let event = json!({ "event": "User.Data.Updated", "createdAt": created_at });
        assert_eq!(deliver(&world.revocations, &event).await, 200);
    }
    let revocation = || Revocation::subject("alice");
    world.revocations.revoke(revocation()).await.unwrap();
    world.tenant.set_now(at(NOW + 240));
    let revoked = Some(RejectionCode::Revoked);
    assert_eq!(refused(&logto, &stolen).await, revoked);
    world.tenant.set_now(at(NOW + 246));
    assert_eq!(refused(&logto, &token(306)).await, None);
    // A clock that was mended in the meantime is believed after twice the time that an entry is kept.
    let later = 2 * 4_800 + 1;
    world.tenant.set_now(at(NOW + later));
    world.revocations.revoke(revocation()).await.unwrap();
    world.tenant.set_now(at(NOW + later + 9));
    assert_eq!(refused(&logto, &token(later + 5)).await, revoked);
    assert_eq!(refused(&logto, &token(later + 6)).await, None);
}

/// The greatest difference that is believed is that of the entry which reaches furthest.
#[tokio::test]
async fn a_webhook_from_a_far_future_does_not_refuse_forever() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let event = json!({ "event": "User.Data.Updated", "createdAt": "9999-12-31T23:59:59.999Z" });
    assert_eq!(deliver(&world.revocations, &event).await, 200);
    let revocation = Revocation::subject("alice");
    world.revocations.revoke(revocation).await.unwrap();
    world.tenant.set_now(at(NOW + 4_800));
    let token = world.tenant.token().user("alice");
    let token = token.claim("iat", NOW + 4_800).mint();
    assert_eq!(refused(&logto, &token).await, None);
}
