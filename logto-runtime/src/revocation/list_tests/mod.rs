//! Tests of the list of revocations:
//!
//! - this file tests single cases;
//! - `model.rs` compares the list with a plain model, in one long run;
//! - `properties.rs` has property tests;
//! - `clocks.rs` has tests in which the wall clock and the monotonic clock disagree;
//! - `clock_behind.rs` reads a log while the clock is behind;
//! - `later_deliveries.rs` has deliveries whose time is far ahead.

mod clock_behind;
mod clocks;
mod later_deliveries;
mod model;
mod properties;

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use serde_json::{Value, json};

use super::{generation::Generation, horizon::Horizon, list::List, target::Target};
use crate::{
    jwks::VerificationKey,
    token::claims::UnverifiedClaims,
    verify::{FoundClean, Verified},
};

static KEY: LazyLock<Arc<VerificationKey>> = LazyLock::new(|| {
    let examples: Value =
        serde_json::from_str(include_str!("../../jwks/rfc_examples.json")).unwrap();
    let mut jwk = examples[1]["jwk"].clone();
    jwk["kid"] = json!("k");
    Arc::new(VerificationKey::parse(&jwk).unwrap())
});

const API: &str = "https://api.example.com";

/// The claims that decide whether a token is revoked.
#[derive(Clone, Debug)]
struct Token {
    issued_at: i64,
    subject: String,
    client: String,
    actor: Option<String>,
    /// The organization in `aud`.
    in_audience: Option<String>,
    /// The organization in `organization_id`.
    in_claim: Option<String>,
    /// The `jti`.
    id: String,
}

impl Token {
    fn alice() -> Self {
        Self {
            issued_at: 1_000,
            subject: "alice".to_owned(),
            client: "app".to_owned(),
            actor: None,
            in_audience: None,
            in_claim: None,
            id: "t1".to_owned(),
        }
    }

    fn verified(&self) -> Verified {
        let audience = match &self.in_audience {
            Some(id) => format!("urn:logto:organization:{id}"),
            None => API.to_owned(),
        };
        let mut claims = json!({
            "iss": "i", "jti": self.id, "exp": self.issued_at.saturating_add(3_600),
            "iat": self.issued_at, "client_id": self.client, "sub": self.subject, "aud": audience,
        });
        if let Some(id) = &self.in_claim {
            claims["organization_id"] = json!(id);
        }
        if let Some(actor) = &self.actor {
            claims["act"] = json!({ "sub": actor });
        }
        let json = claims.to_string();
        let claims = UnverifiedClaims::parse(json.as_bytes()).unwrap();
        Verified::unchecked(&claims, Arc::clone(&KEY))
    }
}

fn list_of(entries: &[(Target, i64)]) -> List {
    let mut list = List::default();
    for (target, not_before) in entries {
        list.insert(target, *not_before);
    }
    list
}

fn member(organization: &str, id: &str) -> Target {
    Target::Member {
        organization: organization.into(),
        id: id.into(),
    }
}

#[test]
fn each_kind_of_entry_refuses_exactly_the_tokens_that_it_names() {
    let alice = Token::alice;
    let acted = || Token {
        actor: Some("bob".to_owned()),
        ..alice()
    };
    let in_claim = || Token {
        in_claim: Some("acme".to_owned()),
        ..alice()
    };
    let in_audience = || Token {
        in_audience: Some("acme".to_owned()),
        ..alice()
    };
    for (target, token, refused) in [
        (Target::Subject("alice".into()), alice(), true),
        (Target::Subject("bob".into()), acted(), true),
        (Target::Subject("Alice".into()), alice(), false),
        (Target::Subject("app".into()), alice(), false),
        (Target::Client("app".into()), alice(), true),
        (Target::Client("alice".into()), alice(), false),
        (member("acme", "alice"), in_claim(), true),
        (member("acme", "alice"), in_audience(), true),
        (member("acme", "app"), in_claim(), true),
        (member("acme", "alice"), alice(), false),
        (member("globex", "alice"), in_claim(), false),
        (member("acme", "bob"), in_claim(), false),
        (Target::Unbound("alice".into()), alice(), true),
        (Target::Unbound("bob".into()), acted(), true),
        (Target::Unbound("alice".into()), in_claim(), false),
        (Target::Unbound("alice".into()), in_audience(), false),
        (Target::Organization("acme".into()), in_claim(), true),
        (Target::Organization("acme".into()), in_audience(), true),
        (Target::Organization("acme".into()), alice(), false),
        (Target::Token("t1".into()), alice(), true),
        (Target::Token("t2".into()), alice(), false),
        (Target::Everything, alice(), true),
    ] {
        let case = format!("{target:?} {token:?}");
        let list = list_of(&[(target, 1_001)]);
        assert_eq!(
            list.find(&token.verified(), 1_000).is_some(),
            refused,
            "{case}"
        );
    }
}

#[test]
fn an_entry_of_a_user_refuses_only_tokens_with_an_iat_below_its_not_before() {
    let entries = [(Target::Subject("alice".into()), 1_000)];
    for (issued_at, refused) in [
        (i64::MIN, true),
        (999, true),
        (1_000, false),
        (1_001, false),
        (i64::MAX, false),
    ] {
        let token = Token {
            issued_at,
            ..Token::alice()
        };
        let found = list_of(&entries).find(&token.verified(), 0);
        assert_eq!(found.is_some(), refused, "{issued_at}");
    }
}

#[test]
fn a_refusal_says_how_long_until_a_new_token_is_accepted() {
    let entries = [
        (Target::Client("app".into()), 2_000),
        (Target::Subject("alice".into()), 1_010),
        (Target::Token("t1".into()), i64::MAX),
    ];
    let wait = |entries: &[(Target, i64)], now| {
        let found = list_of(entries).find(&Token::alice().verified(), now);
        found.unwrap().accepted_in
    };
    assert_eq!(wait(&entries, 1_000), Some(Duration::from_secs(1_000)));
    assert_eq!(wait(&entries[1..], 1_003), Some(Duration::from_secs(7)));
    assert_eq!(wait(&entries[1..], 1_010), None);
    assert_eq!(
        wait(&entries[2..], 0),
        None,
        "a new token is accepted at once"
    );
}

#[test]
fn an_entry_is_forgotten_only_when_every_token_that_it_refuses_is_too_old() {
    let horizon = Horizon::new(Duration::from_secs(3_600));
    let targets = [
        Target::Subject("alice".into()),
        Target::Client("app".into()),
        member("acme", "alice"),
        Target::Unbound("alice".into()),
        Target::Organization("acme".into()),
        Target::Token("t1".into()),
        Target::Everything,
    ];
    for target in targets {
        let mut list = list_of(&[(target.clone(), 1_000)]);
        list.forget(horizon, 5_800);
        assert_eq!(list.len(), 1, "{target:?}");
        list.forget(horizon, 5_801);
        assert_eq!(list.len(), 0, "{target:?}");
    }
}

#[test]
fn a_clean_token_is_looked_up_again_only_after_the_list_has_changed() {
    let (generation, token) = (Generation::first(), FoundClean::never());
    assert!(token.is_never());
    let mut look_ups = 0;
    for (changed, revoked, expected) in [
        (false, false, 1),
        (false, false, 1),
        (true, false, 2),
        (false, true, 2),
        (true, true, 3),
        (false, true, 4),
    ] {
        if changed {
            generation.raise();
        }
        let before = look_ups;
        let found = generation.look_up(&token, || {
            look_ups += 1;
            revoked.then_some(())
        });
        assert_eq!(look_ups, expected);
        // Without a look-up, nothing is found.
        assert_eq!(found.is_some(), revoked && look_ups > before);
        assert!(!token.is_never());
    }
}
