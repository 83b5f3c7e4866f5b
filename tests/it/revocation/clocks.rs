//! A wall clock that is wrong for a moment, or that differs from Logto's clock.

use std::time::{Duration, UNIX_EPOCH};

use logto_runtime::{Logto, RejectionCode, Revocation, RevocationLog, test_util::MemoryLog};
use serde_json::json;
use tokio::time::timeout;

use super::{
    World, deliver,
    replica::{Replica, SOON, code, tenant},
};
use crate::support::{NOW, at};

/// While the clock is a day ahead, all revocations seem too old, and the list removes them. When the clock is
/// right again, the list reads them from the log again.
#[tokio::test]
async fn no_revocation_is_lost_when_the_clock_is_wrong_for_a_moment() {
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
    // Another process, whose clock is right, appends this record.
    log.append(&[line("bob", SOON)]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    tenant.set_now(now);
    let until_refused = async |token: &str| {
        let refused = async {
            while code(replica.verify(token).await) != Some(RejectionCode::Revoked) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(SOON, refused).await
    };
    until_refused(&alice).await.expect("alice");
    until_refused(&bob).await.expect("bob");
    replica.verify(&carol).await.unwrap();
}

/// Returns the code of the rejection; `None` if the token is accepted.
async fn rejection(logto: &Logto, token: &str) -> Option<RejectionCode> {
    let verified = logto.verify(token).await;
    verified.err().map(|rejection| rejection.code())
}

/// An operator calls `revoke`. By default, a token is accepted if its `iat` is at most 60 seconds ahead. Such
/// an `iat` shows that Logto's clock is ahead.
#[tokio::test]
async fn an_operators_call_covers_the_tokens_of_a_logto_whose_clock_is_ahead() {
    for ahead in [0, 4, 5, 30, 60] {
        // A call of `revoke` also revokes the tokens that Logto issues in the next `margin` seconds.
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
            assert_eq!(rejection(&logto, &stolen).await, None);
            let case = format!("{revocation:?} {ahead}");
            world.revocations.revoke(revocation).await.unwrap();
            let revoked = Some(RejectionCode::Revoked);
            assert_eq!(rejection(&logto, &stolen).await, revoked, "{case}");
            world.tenant.set_now(at(NOW + 60));
            assert_eq!(rejection(&logto, &stolen).await, revoked, "{case}");
            // A user who signs in again after the margin is accepted.
            let new = token(ahead + margin + 1);
            assert_eq!(rejection(&logto, &new).await, None, "{case}");
        }
    }
}

/// The `createdAt` of a signed webhook shows Logto's time. Here, Logto's clock is five minutes ahead. So
/// Logto's new tokens are not accepted yet.
#[tokio::test]
async fn an_operators_call_uses_logtos_clock_if_webhooks_have_shown_it_to_be_ahead() {
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
    assert_eq!(rejection(&logto, &stolen).await, revoked);
    world.tenant.set_now(at(NOW + 246));
    assert_eq!(rejection(&logto, &token(306)).await, None);
    // The list keeps an entry for 4,800 s here: the default lifetime of a token (an hour) and 20 minutes.
    // After twice that time, the list forgets the difference between the clocks, because Logto's clock can
    // be right by then.
    let later = 2 * 4_800 + 1;
    world.tenant.set_now(at(NOW + later));
    world.revocations.revoke(revocation()).await.unwrap();
    world.tenant.set_now(at(NOW + later + 9));
    assert_eq!(rejection(&logto, &token(later + 5)).await, revoked);
    assert_eq!(rejection(&logto, &token(later + 6)).await, None);
}

/// The list keeps an entry for 4,800 s here. A greater difference between the clocks counts as 4,800 s.
#[tokio::test]
async fn after_a_webhook_from_the_far_future_new_tokens_are_not_refused_forever() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let event = json!({ "event": "User.Data.Updated", "createdAt": "9999-12-31T23:59:59.999Z" });
    assert_eq!(deliver(&world.revocations, &event).await, 200);
    let revocation = Revocation::subject("alice");
    world.revocations.revoke(revocation).await.unwrap();
    world.tenant.set_now(at(NOW + 4_800));
    let token = world.tenant.token().user("alice");
    let token = token.claim("iat", NOW + 4_800).mint();
    assert_eq!(rejection(&logto, &token).await, None);
}
