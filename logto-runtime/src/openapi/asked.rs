//! What is asked of the one token that a request has.

use std::collections::BTreeSet;

use super::mark::{Demand, Token};

/// A token that is enough for every guard of a stack.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) token: Token,
    /// The resource's indicator; none for an organization's own tokens.
    pub(super) indicator: Option<String>,
    pub(super) scopes: BTreeSet<String>,
    machine: Option<bool>,
}

impl Asked {
    pub(super) fn of(demand: &Demand, indicator: Option<&str>) -> Self {
        Self {
            token: demand.token,
            indicator: indicator.map(str::to_owned),
            scopes: demand.scopes.iter().cloned().collect(),
            machine: demand.machine,
        }
    }

    /// A token that is enough for both, if there is one: Logto issues none for two resources.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let token = match (self.token, other.token) {
            (one, other) if one == other => one,
            (Token::Authenticated, token) | (token, Token::Authenticated) => token,
            _ => return None,
        };
        let machine = match (self.machine, other.machine) {
            (Some(one), Some(other)) if one != other => return None,
            (one, other) => one.or(other),
        };
        (self.indicator == other.indicator).then(|| Self {
            token,
            indicator: self.indicator.clone(),
            scopes: &self.scopes | &other.scopes,
            machine,
        })
    }

    /// Whether whoever has the other token has this one, as far as a document can say.
    pub(super) fn asks_no_more(&self, other: &Self) -> bool {
        self.token.is_asked_for_like(other.token)
            && self.indicator == other.indicator
            && self.scopes.is_subset(&other.scopes)
    }
}
