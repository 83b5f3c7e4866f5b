//! The list, compared with a plain model of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{horizon::Horizon, list::List, target::Target};
use crate::{jwks::VerificationKey, token::claims::UnverifiedClaims, verify::Verified};

static KEY: LazyLock<Arc<VerificationKey>> = LazyLock::new(|| {
    let examples: Value = serde_json::from_str(include_str!("../jwks/rfc_examples.json")).unwrap();
    let mut jwk = examples[1]["jwk"].clone();
    jwk["kid"] = json!("k");
    Arc::new(VerificationKey::parse(&jwk).unwrap())
});

const API: &str = "https://api.example.com";

/// The claims of a token that revocations look at.
#[derive(Clone, Debug)]
struct Token {
    issued_at: i64,
    subject: String,
    client: String,
    actor: Option<String>,
    in_audience: Option<String>,
    in_claim: Option<String>,
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

/// The model: every entry in the order of arrival, and each rule as a sentence.
fn refuses(entries: &[(Target, i64)], token: &Token) -> bool {
    let people = [Some(&token.subject), token.actor.as_ref()];
    let is_person = |id: &str| people.iter().flatten().any(|one| **one == id);
    let organizations = [&token.in_audience, &token.in_claim];
    let is_for = |id: &str| organizations.iter().any(|one| one.as_deref() == Some(id));
    entries.iter().any(|(target, not_before)| {
        let matches = match target {
            Target::Subject(id) => is_person(id),
            Target::Client(id) => token.client == **id,
            Target::Member { organization, id } => {
                is_for(organization) && (is_person(id) || token.client == **id)
            }
            Target::Unbound(id) => organizations == [&None, &None] && is_person(id),
            Target::Organization(id) => is_for(id),
            Target::Token(id) => return token.id == **id,
            Target::Everything => true,
        };
        matches && token.issued_at < *not_before
    })
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
fn each_kind_refuses_the_tokens_that_it_names_and_others_not() {
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
fn a_token_is_refused_below_not_before_and_accepted_from_it_on() {
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
fn the_answer_says_when_a_new_token_is_accepted_by_the_furthest_entry() {
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
        "another token is accepted at once"
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

/// The short form of the comparison. `REVOCATION_VERDICTS=300000` runs the long one.
#[test]
fn the_verdicts_are_those_of_a_plain_model() {
    let verdicts = std::env::var("REVOCATION_VERDICTS").map_or(30_000, |it| it.parse().unwrap());
    let mut random = 42_u64;
    let mut next = move |below: u64| {
        // A linear congruential generator is random enough, and the same everywhere.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) % below
    };
    let mut model: BTreeMap<String, i64> = BTreeMap::new();
    let mut list = List::default();
    let mut refused = 0_u64;
    for _ in 0..verdicts / 10 {
        let (kind, id, at) = (next(7), next(400).to_string(), next(1_000) as i64);
        let organization = next(20).to_string();
        let (key, target) = match kind {
            0 => (format!("s {id}"), Target::Subject(id.into())),
            1 => (format!("c {id}"), Target::Client(id.into())),
            2 => (format!("u {id}"), Target::Unbound(id.into())),
            3 => (format!("j {id}"), Target::Token(id.into())),
            4 if next(50) == 0 => (
                format!("o {organization}"),
                Target::Organization(organization.into()),
            ),
            _ => (format!("m {organization} {id}"), member(&organization, &id)),
        };
        list.insert(&target, at);
        let known = model.entry(key).or_insert(i64::MIN);
        *known = at.max(*known);
        for _ in 0..10 {
            let token = Token {
                issued_at: next(1_000) as i64,
                subject: next(400).to_string(),
                client: next(400).to_string(),
                actor: (next(4) == 0).then(|| next(400).to_string()),
                in_audience: None,
                in_claim: (next(2) == 0).then(|| next(20).to_string()),
                id: next(4_000).to_string(),
            };
            let hits = |key: String| model.get(&key).is_some_and(|at| token.issued_at < *at);
            let people = [Some(&token.subject), token.actor.as_ref()];
            let people = || people.iter().flatten();
            let expected = people().any(|id| hits(format!("s {id}")))
                || hits(format!("c {}", token.client))
                || model.contains_key(&format!("j {}", token.id))
                || match &token.in_claim {
                    Some(org) => {
                        hits(format!("o {org}"))
                            || people().any(|id| hits(format!("m {org} {id}")))
                            || hits(format!("m {org} {}", token.client))
                    }
                    None => people().any(|id| hits(format!("u {id}"))),
                };
            assert_eq!(
                list.find(&token.verified(), 0).is_some(),
                expected,
                "{token:?}"
            );
            refused += u64::from(expected);
        }
    }
    assert_eq!(list.len(), model.len());
    assert!(
        (verdicts / 10..verdicts * 9 / 10).contains(&refused),
        "{refused}"
    );
}

fn id() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned)
}

fn target() -> impl Strategy<Value = Target> {
    (0_u8..7, id(), id()).prop_map(|(kind, id, organization)| match kind {
        0 => Target::Subject(id.into()),
        1 => Target::Client(id.into()),
        2 => member(&organization, &id),
        3 => Target::Unbound(id.into()),
        4 => Target::Organization(id.into()),
        5 => Target::Token(id.into()),
        _ => Target::Everything,
    })
}

fn entries() -> impl Strategy<Value = Vec<(Target, i64)>> {
    prop::collection::vec((target(), 0_i64..8), 0..12)
}

fn token() -> impl Strategy<Value = Token> {
    let organization = || prop::option::of(id());
    let claims = (id(), id(), prop::option::of(id()), id());
    (0_i64..8, claims, organization(), organization()).prop_map(
        |(issued_at, (subject, client, actor, id), in_audience, in_claim)| Token {
            issued_at,
            subject,
            client,
            actor,
            in_claim: in_audience.clone().or(in_claim),
            in_audience,
            id,
        },
    )
}

proptest! {
    #[test]
    fn any_order_duplication_and_replay_of_entries_gives_the_same_list(
        entries in entries(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
        token in token(),
    ) {
        let mut disordered = List::default();
        if !entries.is_empty() {
            for index in &order {
                let (target, not_before) = index.get(&entries);
                disordered.insert(target, *not_before);
            }
        }
        for (target, not_before) in entries.iter().rev() {
            disordered.insert(target, *not_before);
        }
        let ordered = list_of(&entries);
        let token = token.verified();
        prop_assert_eq!(ordered.find(&token, 0), disordered.find(&token, 0));
        prop_assert_eq!(ordered.len(), disordered.len());
    }

    #[test]
    fn nothing_lifts_a_revocation(entries in entries(), later in entries(), token in token()) {
        let token = token.verified();
        let mut list = list_of(&entries);
        let before = list.find(&token, 0).is_some();
        for (target, not_before) in &later {
            list.insert(target, *not_before);
            prop_assert!(!before || list.find(&token, 0).is_some());
        }
    }

    #[test]
    fn a_token_is_refused_as_the_rules_say(entries in entries(), token in token()) {
        let found = list_of(&entries).find(&token.verified(), 0).is_some();
        prop_assert_eq!(found, refuses(&entries, &token));
    }
}
