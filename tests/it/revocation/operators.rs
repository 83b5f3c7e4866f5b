//! The settings of a list of revocations, its events in the program's log, and its `health`.

use std::{cell::RefCell, rc::Rc, time::Duration};

use logto_runtime::{
    ConfigError, Logto, Revocation, Revocations, RevokeError, test_util::MemoryLog,
};
use serde_json::json;
use tracing::Level;

use super::{
    World, deliver,
    replica::{Replica, tenant},
};
use crate::{
    events::Events,
    support::{NOW, PRODUCTS},
};

const ENDPOINT: &str = "https://tenant.logto.app";

fn build(revocations: &Revocations) -> Result<Logto, ConfigError> {
    let logto = Logto::builder(ENDPOINT).resource(PRODUCTS);
    logto.revocations(revocations).build()
}

#[test]
fn a_list_of_another_endpoint_is_refused_but_another_spelling_is_not() {
    for (endpoint, fits) in [
        (ENDPOINT, true),
        ("https://tenant.logto.app/", true),
        ("https://TENANT.logto.app:443", true),
        ("https://other.logto.app", false),
        ("http://tenant.logto.app", false),
        ("https://tenant.logto.app/oidc", false),
        ("not a url", false),
    ] {
        let built = build(&Revocations::in_memory(endpoint)).map(drop);
        let refused = matches!(
            built,
            Err(ConfigError::Setting { setting: "revocations", ref value, .. })
                if value.contains(endpoint)
        );
        assert_eq!(
            (built.is_ok(), refused),
            (fits, !fits),
            "{endpoint} {built:?}"
        );
    }
}

#[test]
fn settings_of_a_list_are_checked_at_its_start() {
    let error = Revocations::builder("not a url").start().unwrap_err();
    assert!(matches!(error, ConfigError::Endpoint { .. }), "{error}");
    let builder = Revocations::builder(ENDPOINT).max_token_lifetime(Duration::ZERO);
    let error = builder.start().unwrap_err();
    let lifetime = matches!(
        error,
        ConfigError::Setting {
            setting: "max_token_lifetime",
            ..
        }
    );
    assert!(lifetime, "{error}");
}

/// Logto keeps a webhook delivery for a day. The list keeps an entry for `max_token_lifetime` plus 1,200 s.
/// The reconciler restores lost entries from deliveries, so it cannot restore entries older than a day.
#[test]
fn a_warning_is_logged_if_entries_are_kept_longer_than_deliveries() {
    let day = 24 * 3_600;
    for (seconds, warned) in [(3_600, false), (day - 1_200, false), (day - 1_199, true)] {
        let events = Events::collect();
        let lifetime = Duration::from_secs(seconds);
        let builder = Revocations::builder(ENDPOINT).max_token_lifetime(lifetime);
        builder.start().unwrap();
        let warnings = events.take();
        let about_a_day = |event: &&crate::events::Event| event.message.contains("a day");
        let matching: Vec<_> = warnings.iter().filter(about_a_day).collect();
        assert_eq!(
            matching.len(),
            usize::from(warned),
            "{seconds} {warnings:?}"
        );
        assert!(matching.iter().all(|event| event.level == Level::WARN));
    }
}

#[tokio::test]
async fn an_id_that_no_token_can_have_is_an_error() {
    let revocations = Revocations::in_memory(ENDPOINT);
    let long = "x".repeat(4_097);
    for revocation in [
        Revocation::subject(""),
        Revocation::client(""),
        Revocation::member("", "alice"),
        Revocation::member("acme", ""),
        Revocation::unbound(""),
        Revocation::organization(""),
        Revocation::token(""),
        Revocation::token(&long),
    ] {
        let case = format!("{revocation:.60?}");
        let error = revocations.revoke(revocation).await.unwrap_err();
        assert!(matches!(error, RevokeError::Id { .. }), "{case}");
    }
    assert_eq!(revocations.health().entries, 0);
    let longest = Revocation::token(&long[1..]);
    revocations.revoke(longest).await.unwrap();
    assert_eq!(revocations.health().entries, 1);
}

#[tokio::test]
async fn each_entry_is_logged_as_one_audit_event_with_source_actor_and_ids() {
    let world = World::start();
    let events = Events::collect();
    let revocation = Revocation::member("acme", "alice\n").requested_by("support");
    world.revocations.revoke(revocation).await.unwrap();
    let event = events.only();
    assert_eq!((event.level, &*event.message), (Level::INFO, "revoked"));
    let fields = [
        ("kind", "member"),
        ("organization", "acme"),
        ("id", "alice\\n"),
        ("not_before", &(NOW + 6).to_string()),
        ("source", "revoke"),
        ("actor", "support"),
    ];
    let expected = fields.map(|(name, value)| (name, value.to_owned()));
    assert_eq!(event.fields, expected.into());

    let removal = json!({
        "event": "Organization.Membership.Updated", "createdAt": "2027-01-15T08:00:00.000Z",
        "ip": "192.0.2.7", "organizationId": "acme", "removedUserIds": ["alice"],
    });
    deliver(&world.revocations, &removal).await;
    let logged = events.take();
    let values = |name| {
        logged
            .iter()
            .map(|event| &*event.fields[name])
            .collect::<Vec<_>>()
    };
    assert_eq!(values("kind"), ["unbound", "member"]);
    assert_eq!(values("source"), ["Organization.Membership.Updated"; 2]);
    assert_eq!(values("actor"), ["192.0.2.7"; 2]);
}

#[tokio::test]
async fn a_problem_of_a_delivery_is_logged() {
    let world = World::start();
    let events = Events::collect();
    for (event, level, part) in [
        (
            json!({"event": "User.Deleted", "params": {}}),
            Level::ERROR,
            "whose tokens",
        ),
        (
            json!({"event": "Role.Deleted"}),
            Level::WARN,
            "scopes of a role",
        ),
    ] {
        deliver(&world.revocations, &event).await;
        let logged = events.only();
        assert_eq!(
            (logged.level, logged.message.contains(part)),
            (level, true),
            "{logged:?}"
        );
    }
    for (user, created_at, part) in [
        ("alice", "2027-01-15T08:01:00.001Z", Some("ahead")),
        ("bob", "2027-01-15T08:01:00.000Z", None),
        ("carol", "soon", Some("no readable createdAt")),
        // A repeated delivery is not reported again.
        ("carol", "soon", None),
    ] {
        let deletion = json!({
            "event": "User.Deleted", "createdAt": created_at, "params": { "userId": user },
        });
        deliver(&world.revocations, &deletion).await;
        let warnings = events
            .take()
            .into_iter()
            .filter(|it| it.level == Level::WARN);
        let warnings: Vec<_> = warnings.map(|it| it.message).collect();
        assert_eq!(
            warnings.len(),
            usize::from(part.is_some()),
            "{created_at} {warnings:?}"
        );
        assert!(
            part.is_none_or(|part| warnings[0].contains(part)),
            "{warnings:?}"
        );
    }
}

#[tokio::test]
async fn a_token_that_lives_longer_than_max_token_lifetime_is_logged_as_an_error_once() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let mint = |seconds| {
        let token = world.tenant.token().user("alice");
        token.expires_in(Duration::from_secs(seconds)).mint()
    };
    logto.verify(&mint(3_600)).await.unwrap();
    let events = Events::collect();
    logto.verify(&mint(3_600)).await.unwrap();
    assert_eq!(events.take(), []);
    logto.verify(&mint(3_601)).await.unwrap();
    let event = events.only();
    assert_eq!(event.level, Level::ERROR);
    assert!(event.message.contains("max_token_lifetime"), "{event:?}");
    logto.verify(&mint(7_200)).await.unwrap();
    assert_eq!(events.take(), []);
}

#[test]
fn a_list_in_memory_warns_once_that_a_restart_empties_it() {
    let events = Events::collect();
    let revocations = Revocations::in_memory(ENDPOINT);
    drop(revocations.clone());
    let event = events.only();
    assert_eq!(event.level, Level::WARN);
    assert!(event.message.contains("restart"), "{event:?}");
}

#[tokio::test]
async fn health_counts_the_entries() {
    let world = World::start();
    let logto = world.logto().build().unwrap();
    for id in ["alice", "bob", "alice"] {
        let revocation = Revocation::subject(id);
        world.revocations.revoke(revocation).await.unwrap();
    }
    assert_eq!(logto.health().revocations, Some(world.revocations.health()));
    assert_eq!(world.revocations.health().entries, 2);
    let without = world.tenant.logto().build().unwrap();
    assert_eq!(without.health().revocations, None);
}

/// A subscriber that writes the program's log may be slow, and block the task that logs. This must not delay
/// the revocation.
#[tokio::test]
async fn tokens_are_refused_before_the_audit_events_are_logged() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    let replica = Replica::start(&tenant, log);
    replica.revocations.ready().await.unwrap();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let (list, sees) = (replica.revocations.clone(), Rc::clone(&seen));
    let events = Events::collect().call(move |message| {
        let health = list.health();
        let seen = (message.to_owned(), health.entries, health.pending);
        sees.borrow_mut().push(seen);
    });
    // The event has no `createdAt`, so a warning is logged, too.
    let event = json!({
        "event": "Organization.Membership.Updated", "organizationId": "acme",
        "removedUserIds": ["alice", "bob"],
    });
    assert_eq!(deliver(&replica.revocations, &event).await, 200);
    drop(events);
    let seen = seen.take();
    let audit = seen.iter().filter(|(message, ..)| message == "revoked");
    // Two entries for each user: for tokens of the organization, and for tokens without an organization.
    assert_eq!(audit.count(), 4, "{seen:?}");
    assert!(seen.len() > 4, "{seen:?}");
    for (message, entries, pending) in seen {
        assert_eq!((entries, pending), (4, 4), "{message}");
    }
}
