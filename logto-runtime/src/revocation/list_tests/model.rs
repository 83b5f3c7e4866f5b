//! Compares verdicts (whether a token is refused) of the list of revocations with those of a plain model.

use std::collections::BTreeMap;

use super::{
    super::{list::List, target::Target},
    Token, member,
};

/// Compares 30,000 verdicts. The environment variable `REVOCATION_VERDICTS` changes this number.
#[test]
fn the_verdicts_are_those_of_a_plain_model() {
    let verdicts = std::env::var("REVOCATION_VERDICTS").map_or(30_000, |it| it.parse().unwrap());
    let mut random = 42_u64;
    let mut next = move |below: u64| {
        // A linear congruential generator is random enough, and gives the same numbers everywhere.
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
            // An entry of an organization refuses many tokens, so it is rare here.
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
        "{refused} of {verdicts} tokens were refused"
    );
}
