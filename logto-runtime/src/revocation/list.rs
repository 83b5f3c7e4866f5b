//! The list of revocations in memory.
//!
//! An entry has a target, such as a user, and a `not_before`: the smallest `iat` that is accepted. An entry
//! for one `jti` refuses its token at any `iat`. For each target, the list keeps the greatest `not_before`.
//! So entries can arrive in any order and more than once. A later entry never lifts an earlier one.

use std::{collections::HashMap, hash::Hash};

use foldhash::quality::RandomState;

use super::{
    horizon::Horizon,
    revoked::Revoked,
    target::{Kind, Target},
};
use crate::verify::Verified;

/// For each id, the `not_before` of its entry.
type Ids = HashMap<Box<str>, i64, RandomState>;

/// The entries, by kind.
#[derive(Debug, Default)]
pub(super) struct List {
    subjects: Ids,
    clients: Ids,
    /// By organization, then by member.
    members: HashMap<Box<str>, Ids, RandomState>,
    /// By user. Only tokens that do not name an organization are refused.
    unbound: Ids,
    organizations: Ids,
    tokens: Ids,
    everything: Option<i64>,
    /// The number of entries.
    len: usize,
}

impl List {
    /// Adds an entry, or raises the `not_before` of the target's entry. Returns whether the list has changed.
    pub(super) fn insert(&mut self, target: &Target, not_before: i64) -> bool {
        let ids = match target {
            Target::Subject(_) => &mut self.subjects,
            Target::Client(_) => &mut self.clients,
            Target::Unbound(_) => &mut self.unbound,
            Target::Organization(_) => &mut self.organizations,
            Target::Token(_) => &mut self.tokens,
            Target::Member { organization, .. } => {
                self.members.entry(organization.clone()).or_default()
            }
            Target::Everything => {
                let known = self.everything.replace(not_before);
                self.len += usize::from(known.is_none());
                self.everything = known.max(self.everything);
                return known < self.everything;
            }
        };
        let (_, id) = target.ids();
        let id = id.unwrap_or_default();
        match ids.get_mut(id) {
            Some(known) if *known >= not_before => false,
            Some(known) => {
                *known = not_before;
                true
            }
            None => {
                ids.insert(id.into(), not_before);
                self.len += 1;
                true
            }
        }
    }

    /// Removes the entries that are over: the tokens that they refuse are too old to be accepted.
    pub(super) fn forget(&mut self, horizon: Horizon, now: i64) {
        for ids in [
            &mut self.subjects,
            &mut self.clients,
            &mut self.unbound,
            &mut self.organizations,
            &mut self.tokens,
        ] {
            forget(ids, |not_before| horizon.is_over(*not_before, now));
        }
        for members in self.members.values_mut() {
            forget(members, |not_before| horizon.is_over(*not_before, now));
        }
        forget(&mut self.members, HashMap::is_empty);
        self.everything = self.everything.filter(|at| !horizon.is_over(*at, now));
        self.len = self.subjects.len()
            + self.clients.len()
            + self.members.values().map(HashMap::len).sum::<usize>()
            + self.unbound.len()
            + self.organizations.len()
            + self.tokens.len()
            + usize::from(self.everything.is_some());
    }

    /// Returns the `not_before` of a target's entry; `None` without an entry.
    pub(super) fn not_before(&self, target: &Target) -> Option<i64> {
        let ids = match target {
            Target::Subject(_) => &self.subjects,
            Target::Client(_) => &self.clients,
            Target::Unbound(_) => &self.unbound,
            Target::Organization(_) => &self.organizations,
            Target::Token(_) => &self.tokens,
            Target::Member { organization, .. } => self.members.get(organization)?,
            Target::Everything => return self.everything,
        };
        ids.get(target.ids().1?).copied()
    }

    /// Returns all entries.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Target, i64)> {
        fn all(ids: &Ids, target: fn(Box<str>) -> Target) -> impl Iterator<Item = (Target, i64)> {
            ids.iter().map(move |(id, at)| (target(id.clone()), *at))
        }
        let members = self.members.iter().flat_map(|(organization, ids)| {
            ids.iter().map(|(id, at)| {
                let target = Target::Member {
                    organization: organization.clone(),
                    id: id.clone(),
                };
                (target, *at)
            })
        });
        all(&self.subjects, Target::Subject)
            .chain(all(&self.clients, Target::Client))
            .chain(all(&self.unbound, Target::Unbound))
            .chain(all(&self.organizations, Target::Organization))
            .chain(all(&self.tokens, Target::Token))
            .chain(members)
            .chain(self.everything.map(|at| (Target::Everything, at)))
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns why a token is refused, or `None` if it is not.
    pub(super) fn find(&self, token: &Verified, now: i64) -> Option<Revoked> {
        let issued_at = token.times().issued_at;
        let mut furthest: Option<(i64, Kind)> = None;
        let mut consider = |kind, not_before: Option<&i64>| {
            let refuses = not_before.copied().filter(|at| issued_at < *at);
            if let Some(at) = refuses
                && furthest.is_none_or(|(known, _)| known < at)
            {
                furthest = Some((at, kind));
            }
        };
        let (subject, client_id, actor) = (token.subject(), token.client_id(), token.actor());
        let organizations = [token.audience_organization(), token.organization_claim()];
        consider(Kind::Everything, self.everything.as_ref());
        consider(Kind::Subject, self.subjects.get(subject));
        consider(Kind::Client, self.clients.get(client_id));
        if let Some(actor) = actor {
            consider(Kind::Subject, self.subjects.get(actor));
        }
        for organization in organizations.into_iter().flatten() {
            consider(Kind::Organization, self.organizations.get(organization));
            if let Some(members) = self.members.get(organization) {
                for id in [Some(subject), Some(client_id), actor]
                    .into_iter()
                    .flatten()
                {
                    consider(Kind::Member, members.get(id));
                }
            }
        }
        if organizations == [None, None] {
            consider(Kind::Unbound, self.unbound.get(subject));
            if let Some(actor) = actor {
                consider(Kind::Unbound, self.unbound.get(actor));
            }
        }
        // A `jti` names one token, so the `not_before` of its entry does not matter. A new token has a
        // different `jti`, and is accepted at once.
        match furthest {
            Some((not_before, kind)) => Some(Revoked::until(not_before, kind, now)),
            None => (self.tokens.contains_key(token.token_id())).then(Revoked::token),
        }
    }
}

/// Removes the values for which `is_over` returns `true`. Gives back memory if the map has become much
/// smaller.
fn forget<K: Eq + Hash, V>(map: &mut HashMap<K, V, RandomState>, is_over: impl Fn(&V) -> bool) {
    map.retain(|_, value| !is_over(value));
    if map.len() < map.capacity() / 4 {
        map.shrink_to_fit();
    }
}
