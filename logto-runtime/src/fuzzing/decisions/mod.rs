//! Decides about random tokens and requirements. Compares the decisions with those of a naive implementation.
//! Also checks how a decision depends on the scopes of the token, and that it does not depend on earlier
//! decisions.

mod naive;
mod random;

use std::collections::BTreeSet;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};

use self::{
    naive::{API, Request, Token, request},
    random::{requirement, scope, token, user},
};
use crate::{
    config::Resources,
    decide::{DecisionError, Names, clients::Clients, decide},
    policy::requirement::{Requirement, RequirementKind},
    verify::Verified,
};

/// Whether the token meets the requirement. The request is about the organization `acme` and the user
/// `alice`, and no path parameter names the organization.
fn meets(token: &Token, requirement: &'static Requirement) -> bool {
    decided(
        &token.verified(),
        requirement,
        request("acme", "alice", false),
    )
    .is_ok()
}

/// Decides about a request. Returns the requirement that the token met, or the reason of the rejection.
fn decided(
    token: &Verified,
    requirement: &'static Requirement,
    mut request: Request,
) -> Result<&'static Requirement, DecisionError> {
    let mut resources = Resources::default();
    resources.add(API.to_owned()).unwrap();
    let clients = Clients::default();
    let names = Names {
        resources: &resources,
        clients: &clients,
    };
    decide(requirement, token, names, &mut request).map_err(|unmet| unmet.error)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn decisions_agree_with_a_naive_implementation(
        token in token(), requirement in requirement(), user in user(), named in any::<bool>()
    ) {
        let request = request("acme", user, named);
        let decision = decided(&token.verified(), requirement, request);
        prop_assert_eq!(decision.is_ok(), token.meets_naively(requirement, request));
    }

    #[test]
    fn earlier_decisions_do_not_change_later_ones(
        tokens in vec(token(), 2),
        requirements in vec(requirement(), 1..12),
        requests in vec((any::<Index>(), any::<Index>(), select(vec!["acme", "globex"]), user(), any::<bool>()), 0..40),
    ) {
        let verified: Vec<Verified> = tokens.iter().map(Token::verified).collect();
        for (token, requirement, organization, user, named) in requests {
            let request = request(organization, user, named);
            let (token, requirement) = (token.index(tokens.len()), *requirement.get(&requirements));
            let decision = decided(&verified[token], requirement, request);
            let first = decided(&tokens[token].verified(), requirement, request);
            prop_assert_eq!(&decision, &first);
            let naive = tokens[token].meets_naively(requirement, request);
            prop_assert_eq!(decision.is_ok(), naive);
        }
    }

    #[test]
    fn a_token_that_meets_a_requirement_still_meets_it_with_one_more_scope(
        token in token(), more in scope(), requirement in requirement()
    ) {
        let mut richer = token.clone();
        richer.scopes.insert(more);
        prop_assert!(!meets(&token, requirement) || meets(&richer, requirement));
    }

    #[test]
    fn a_token_without_scopes_meets_only_requirements_without_scopes(
        token in token(), requirement in requirement()
    ) {
        let asks_for_scopes = |one: &Requirement| one.kind() != RequirementKind::Authenticated;
        let all_ask = requirement.alternatives().iter().all(asks_for_scopes)
            && asks_for_scopes(requirement);
        let poorer = Token { scopes: BTreeSet::new(), ..token };
        prop_assert!(!all_ask || !meets(&poorer, requirement));
    }
}
