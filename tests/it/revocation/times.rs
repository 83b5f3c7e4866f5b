//! Tests the smallest `iat` that is accepted after a revocation, and how long a revocation is kept.

use std::time::Duration;

use axum::{Router, routing::get as on_get};
use logto_runtime::{
    AuthInfo, RejectionCode, Revocation,
    test_util::{TestTenant, TokenBuilder},
};
use serde_json::json;
use tracing::Level;

use super::{World, deliver, revoked};
use crate::{
    events::{Event, Events},
    support::{Answer, NOW, ask, at},
};

async fn subject(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

fn app(world: &World) -> Router {
    let logto = world.logto().build().unwrap();
    Router::new().route("/", on_get(subject)).with_state(logto)
}

async fn get(app: &Router, token: TokenBuilder<'_>) -> Answer {
    ask(app, "/", &token.mint()).await
}

fn suspension(created_at: &str) -> serde_json::Value {
    json!({
        "event": "User.SuspensionStatus.Updated",
        "createdAt": created_at,
        "params": { "userId": "alice" },
        "data": { "id": "alice", "isSuspended": true },
    })
}

/// `NOW` is 2027-01-15T08:00:00Z.
#[tokio::test]
async fn a_suspension_refuses_tokens_issued_until_ten_seconds_after_it() {
    let world = World::start();
    let app = app(&world);
    assert_eq!(
        deliver(&world.revocations, &suspension("2027-01-15T08:00:00.999Z")).await,
        200
    );
    for (issued_at, refused) in [
        (NOW - 600, true),
        (NOW, true),
        (NOW + 10, true),
        (NOW + 11, false),
        (NOW + 60, false),
    ] {
        let token = world.tenant.token().user("alice").issued_at(at(issued_at));
        let expected = match refused {
            true => revoked("11"),
            false => Answer::ok("alice"),
        };
        assert_eq!(get(&app, token).await, expected, "{issued_at}");
    }
}

/// A removed member cannot get a new token for the organization. But Logto may answer a slow token request
/// after the removal. So a token for the organization is refused if it was issued up to ten seconds after the
/// removal. The user may at once need a new token without an organization. Such a token is accepted if it was
/// issued in the next second, or later.
#[tokio::test]
async fn a_removal_refuses_tokens_that_a_slow_request_still_gets_for_the_organization() {
    let world = World::start();
    let app = app(&world);
    let removal = json!({
        "event": "Organization.Membership.Updated",
        "createdAt": "2027-01-15T08:00:00.999Z",
        "organizationId": "acme",
        "removedUserIds": ["alice"],
        "removedApplicationIds": ["machine"],
    });
    assert_eq!(deliver(&world.revocations, &removal).await, 200);
    type Token = fn(&TestTenant) -> TokenBuilder<'_>;
    let cases: [(&str, Token, u64); 5] = [
        (
            "acme",
            |it| it.token().user("alice").organization("acme"),
            NOW + 11,
        ),
        (
            "a machine",
            |it| it.token().client("machine").organization("acme"),
            NOW + 11,
        ),
        ("no organization", |it| it.token().user("alice"), NOW + 1),
        (
            "globex",
            |it| it.token().user("alice").organization("globex"),
            NOW - 600,
        ),
        (
            "bob",
            |it| it.token().user("bob").organization("acme"),
            NOW - 600,
        ),
    ];
    for (what, token, first_accepted) in cases {
        let accepted = token(&world.tenant).issued_at(at(first_accepted));
        assert_eq!(get(&app, accepted).await.status, 200, "{what}");
        if first_accepted > NOW {
            let refused = token(&world.tenant).issued_at(at(first_accepted - 1));
            assert_eq!(get(&app, refused).await.status, 401, "{what}");
        }
    }
}

#[tokio::test]
async fn a_new_token_is_accepted_after_the_time_that_the_answer_names() {
    let world = World::start();
    let app = app(&world);
    deliver(&world.revocations, &suspension("2027-01-15T08:00:00.000Z")).await;
    let old = world.tenant.token().user("alice").mint();
    for (second, retry_after) in [(0, Some("11")), (4, Some("7")), (10, Some("1")), (11, None)] {
        world.tenant.set_now(at(NOW + second));
        assert_eq!(ask(&app, "/", &old).await, revoked(retry_after), "{second}");
    }
    let new = world.tenant.token().user("alice");
    assert_eq!(get(&app, new).await, Answer::ok("alice"));
}

/// Both `createdAt` and `iat` come from Logto's clock.
#[tokio::test]
async fn the_clock_of_a_replica_does_not_change_which_tokens_a_webhook_revokes() {
    for ours in [NOW - 5, NOW, NOW + 5] {
        let world = World::start();
        world.tenant.set_now(at(ours));
        let app = app(&world);
        deliver(&world.revocations, &suspension("2027-01-15T08:00:00.000Z")).await;
        let token = |issued_at| world.tenant.token().user("alice").issued_at(at(issued_at));
        assert_eq!(get(&app, token(NOW + 10)).await.status, 401, "{ours}");
        assert_eq!(get(&app, token(NOW + 11)).await.status, 200, "{ours}");
    }
}

#[tokio::test]
async fn a_call_of_revoke_also_revokes_tokens_of_the_next_5_s_unless_it_revokes_everything() {
    for (revocation, first_accepted) in [
        (Revocation::subject("alice"), NOW + 6),
        (Revocation::client("test-app"), NOW + 6),
        (Revocation::unbound("alice"), NOW + 6),
        (Revocation::everything(), NOW + 1),
    ] {
        let world = World::start();
        let app = app(&world);
        let case = format!("{revocation:?}");
        world.revocations.revoke(revocation).await.unwrap();
        let token = |issued_at| world.tenant.token().user("alice").issued_at(at(issued_at));
        assert_eq!(
            get(&app, token(first_accepted - 1)).await.status,
            401,
            "{case}"
        );
        assert_eq!(get(&app, token(first_accepted)).await.status, 200, "{case}");
    }
}

#[tokio::test]
async fn a_token_revoked_by_its_id_is_refused_without_retry_after() {
    let world = World::start();
    let app = app(&world);
    let token = || world.tenant.token().user("alice");
    let bad = token().claim("jti", "t1").claim("iat", NOW + 30).mint();
    assert_eq!(ask(&app, "/", &bad).await, Answer::ok("alice"));
    let revocation = Revocation::token("t1");
    world.revocations.revoke(revocation).await.unwrap();
    assert_eq!(ask(&app, "/", &bad).await, revoked(None));
    assert_eq!(get(&app, token()).await, Answer::ok("alice"));
}

/// The `max_token_lifetime` is 3,600 s here. A token is refused when it is older than 4,200 s. An entry of
/// the list of revocations is kept for 4,800 s. So a token is too old before the entry that revokes it is
/// removed.
#[tokio::test]
async fn a_token_more_than_ten_minutes_older_than_max_token_lifetime_is_refused() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let long = Duration::from_secs(10 * 3_600);
    let token = world.tenant.token().user("alice").expires_in(long).mint();
    let code = async |seconds| {
        world.tenant.set_now(at(NOW + seconds));
        let refused = logto.verify(&token).await.err();
        refused.map(|refused| refused.code())
    };
    assert_eq!(code(0).await, None);
    assert_eq!(code(4_200).await, None);
    assert_eq!(code(4_201).await, Some(RejectionCode::OlderThanRevocations));
    let refused = Answer::of_rejection(logto.verify(&token).await.unwrap_err()).await;
    assert_eq!(refused, revoked(None));
    // Without a list of revocations, the token is still accepted.
    let without = world.tenant.logto().build().unwrap();
    without.verify(&token).await.unwrap();
}

/// A user must not be able to wait until the revocation is removed, and then use the revoked token. The token
/// is too old by then.
#[tokio::test]
async fn a_revoked_token_stays_refused_after_its_revocation_is_removed() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let long = Duration::from_secs(24 * 3_600);
    // The call of `revoke` below also revokes tokens of the next five seconds. This is the newest of them.
    let token = world.tenant.token().user("alice").expires_in(long);
    let token = token.claim("iat", NOW + 5).mint();
    let revocation = Revocation::subject("alice");
    world.revocations.revoke(revocation).await.unwrap();
    for seconds in (0..6_000).step_by(17) {
        world.tenant.set_now(at(NOW + seconds));
        // `health` removes the expired entries.
        let _ = world.revocations.health();
        assert!(logto.verify(&token).await.is_err(), "{seconds}");
    }
    assert_eq!(world.revocations.health().entries, 0);
}

#[tokio::test]
async fn a_delivery_from_the_future_refuses_tokens_only_for_as_long_as_an_entry_is_kept() {
    let world = World::start();
    let app = app(&world);
    for created_at in ["9999-12-31T23:59:59.999Z", "2027-01-15T09:00:00Z"] {
        assert_eq!(
            deliver(&world.revocations, &suspension(created_at)).await,
            200
        );
    }
    let token = world.tenant.token().user("alice");
    assert_eq!(get(&app, token).await, revoked("4800"));
    world.tenant.set_now(at(NOW + 4_800));
    let token = world.tenant.token().user("alice");
    assert_eq!(get(&app, token).await, Answer::ok("alice"));
}

#[tokio::test]
async fn a_delivery_that_arrives_a_day_late_refuses_no_new_token_and_logs_a_warning() {
    let world = World::start();
    let app = app(&world);
    let day = 24 * 3_600;
    world.tenant.set_now(at(NOW + day));
    let old = suspension("2027-01-15T08:00:00.000Z");
    let events = Events::collect();
    assert_eq!(deliver(&world.revocations, &old).await, 200);
    let warnings = events.take();
    let older = |event: &&Event| event.message.contains("older than every token");
    let levels: Vec<_> = warnings.iter().filter(older).map(|it| it.level).collect();
    assert_eq!(levels, [Level::WARN], "{warnings:?}");
    let token = || world.tenant.token().user("alice");
    assert_eq!(get(&app, token()).await, Answer::ok("alice"));
    // The clock of the process may be ahead, so the entry is kept as long as any other entry.
    assert_eq!(world.revocations.health().entries, 1);
    for hour in 1..=4 {
        world.tenant.set_now(at(NOW + day + hour * 3_600));
        assert_eq!(get(&app, token()).await, Answer::ok("alice"));
        let bob = Revocation::subject("bob");
        world.revocations.revoke(bob).await.unwrap();
    }
    // Only bob's entry is left.
    assert_eq!(world.revocations.health().entries, 1);
}

#[tokio::test]
async fn without_a_readable_time_a_delivery_counts_from_its_arrival() {
    for created_at in [
        json!(null),
        json!(1_795_462_655_449_i64),
        json!("yesterday"),
    ] {
        let world = World::start();
        let app = app(&world);
        let mut event = suspension("");
        event["createdAt"] = created_at.clone();
        assert_eq!(
            deliver(&world.revocations, &event).await,
            200,
            "{created_at}"
        );
        let token = world.tenant.token().user("alice");
        assert_eq!(get(&app, token).await, revoked("11"), "{created_at}");
    }
}
