//! Property tests of the list of revocations, with random entries and random tokens.

use proptest::prelude::*;

use super::{
    super::{list::List, target::Target},
    Token, list_of, member,
};

/// The model: returns whether one of the entries refuses the token.
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
            // The verifier refuses a token that names two organizations. So if both fields are set, they are
            // equal.
            in_claim: in_audience.clone().or(in_claim),
            in_audience,
            id,
        },
    )
}

proptest! {
    #[test]
    fn entries_that_arrive_in_any_order_and_more_than_once_give_the_same_list(
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
    fn a_token_is_refused_exactly_if_the_model_refuses_it(entries in entries(), token in token()) {
        let found = list_of(&entries).find(&token.verified(), 0).is_some();
        prop_assert_eq!(found, refuses(&entries, &token));
    }
}
