//! Requests for tokens that meet all guards of an operation.

use std::collections::BTreeSet;

use super::mark::{TokenKind, TokenRequirement};

/// A request for a token that meets a guard or, after [`and`](Self::and), several guards.
#[derive(Clone, Debug)]
pub(super) struct TokenRequest {
    pub(super) token: TokenKind,
    /// The resource indicator; `None` for organization tokens.
    pub(super) indicator: Option<String>,
    pub(super) scopes: BTreeSet<String>,
    /// The owner of the token: `Some(true)` for a machine, `Some(false)` for a user, `None` for either.
    machine: Option<bool>,
    /// The id of the client; `None` if any client is accepted.
    client: Option<String>,
    /// Where the API request must name the organization and the subject of the token.
    named: BTreeSet<String>,
}

impl TokenRequest {
    pub(super) fn of(
        required: &TokenRequirement,
        indicator: Option<&str>,
        client: Option<&str>,
    ) -> Self {
        Self {
            token: required.token,
            indicator: indicator.map(str::to_owned),
            scopes: required.scopes.iter().cloned().collect(),
            machine: required.machine,
            client: client.map(str::to_owned),
            named: required.named.iter().cloned().collect(),
        }
    }

    /// Returns the request for a token that meets the guards of both requests. Returns `None` if Logto does
    /// not issue such a token, for example a token for two resources.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let token = match (self.token, other.token) {
            (one, other) if one == other => one,
            (TokenKind::Authenticated, token) | (token, TokenKind::Authenticated) => token,
            _ => return None,
        };
        let machine = match (self.machine, other.machine) {
            (Some(one), Some(other)) if one != other => return None,
            (one, other) => one.or(other),
        };
        let client = match (&self.client, &other.client) {
            (Some(one), Some(other)) if one != other => return None,
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        (self.indicator == other.indicator).then(|| Self {
            token,
            indicator: self.indicator.clone(),
            scopes: &self.scopes | &other.scopes,
            machine,
            client,
            named: &self.named | &other.named,
        })
    }

    /// Whether `self` asks for the same as `other`, or for less. Every caller that meets `other` then also
    /// meets `self`.
    pub(super) fn asks_no_more(&self, other: &Self) -> bool {
        self.token.is_asked_for_like(other.token)
            && self.indicator == other.indicator
            && self.scopes.is_subset(&other.scopes)
            && (self.machine.is_none() || self.machine == other.machine)
            && (self.client.is_none() || self.client == other.client)
            && self.named.is_subset(&other.named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        describe::openapi::{alternatives::minimal, mark::guard_mark},
        policy::requirement::{
            OrganizationSource::{Header, Path, Route, Token as OfToken},
            Requirement, ScopeExpr, Subject,
        },
    };

    const A: Requirement = Requirement::scopes(ScopeExpr::One("a"));
    const MACHINE: Requirement = A.with_subject(Subject::Machine);
    const AUTH: Requirement = Requirement::authenticated();
    const USER: Requirement = AUTH.with_subject(Subject::User);
    const INVITE: Requirement = Requirement::organization_permission(ScopeExpr::One("invite"));
    const BOTH: Requirement = Requirement::organization_permission(ScopeExpr::All(&[
        ScopeExpr::One("invite"),
        ScopeExpr::One("bill"),
    ]));

    fn kept(alternatives: &'static Requirement) -> usize {
        let mark = guard_mark::<()>(Some(alternatives)).unwrap();
        let all = mark.alternatives.unwrap();
        let asked = all
            .iter()
            .map(|required| TokenRequest::of(required, None, required.client.as_deref()))
            .collect();
        minimal(asked, TokenRequest::asks_no_more).len()
    }

    #[test]
    fn an_alternative_is_dropped_only_if_another_one_accepts_all_its_callers() {
        const CASES: &[(&Requirement, usize)] = &[
            (&Requirement::any_of(&[AUTH, A]), 1),
            (&Requirement::any_of(&[AUTH, MACHINE]), 1),
            (&Requirement::any_of(&[USER, MACHINE]), 2),
            (&Requirement::any_of(&[USER, A]), 2),
            (
                &Requirement::any_of(&[USER, A.with_subject(Subject::User)]),
                1,
            ),
            (
                &Requirement::any_of(&[USER, AUTH.with_subject(Subject::Path("user_id"))]),
                1,
            ),
            (
                &Requirement::any_of(&[AUTH.with_subject(Subject::Path("user_id")), A]),
                2,
            ),
            (&Requirement::any_of(&[AUTH, A.with_client("my-spa")]), 1),
            (&Requirement::any_of(&[AUTH.with_client("my-spa"), A]), 2),
            (
                &Requirement::any_of(&[AUTH.with_client("my-spa"), A.with_client("my-spa")]),
                1,
            ),
            (&Requirement::any_of(&[INVITE, BOTH]), 1),
            (
                &Requirement::any_of(&[INVITE.with_organization(OfToken), BOTH]),
                1,
            ),
            (
                &Requirement::any_of(&[INVITE, BOTH.with_organization(OfToken)]),
                2,
            ),
            (
                &Requirement::any_of(&[INVITE, BOTH.with_organization(Path("id"))]),
                2,
            ),
            (
                &Requirement::any_of(&[
                    INVITE.with_organization(Path("id")),
                    BOTH.with_organization(Path("id")),
                ]),
                1,
            ),
            (
                &Requirement::any_of(&[
                    INVITE.with_organization(Header("x-organization")),
                    BOTH.with_organization(Route),
                ]),
                2,
            ),
        ];
        for (requirement, expected) in CASES {
            assert_eq!(kept(requirement), *expected, "{requirement}");
        }
    }
}
