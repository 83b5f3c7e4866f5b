//! Turns a guard of the source into the requirement that the user's program checks.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
};

use logto_manifest::Manifest;
use logto_runtime::{
    __private::is_client_name,
    policy::{OrganizationSource, Requirement, RequirementKind, ScopeExpr, Subject},
};

use crate::source::{
    guard::{self, Guard, Kind, Organization},
    names::asked_scope,
};

/// The end of a message about an argument that `cargo logto` can't decide.
pub(super) const UNDECIDED: &str = "which this program does not decide";

/// The maximum number of policies that are looked up for one guard. If policies list other policies, the
/// number of lookups can multiply with each level.
const MOST_POLICIES: usize = 1_000;

/// Builds the requirements of guards. Looks up constants of `scopes!()` in `logto.toml`. Looks up policies in
/// the source by their names.
pub(super) struct Requirements<'a> {
    manifest: &'a Manifest,
    policies: HashMap<&'a str, Vec<&'a Guard>>,
}

impl<'a> Requirements<'a> {
    pub(super) fn new(manifest: &'a Manifest, guards: &'a [Guard]) -> Self {
        let mut policies: HashMap<&str, Vec<&Guard>> = HashMap::new();
        for guard in guards.iter().filter(|guard| guard.is_policy) {
            policies.entry(&guard.item).or_default().push(guard);
        }
        Self { manifest, policies }
    }

    /// Returns the requirement of a guard, or the reason why this program cannot determine it.
    ///
    /// A requirement borrows its parts as `'static`, so they are leaked. That is harmless, because this
    /// process ends soon.
    pub(super) fn of(&self, guard: &Guard) -> Result<&'static Requirement, String> {
        let policies_left = Cell::new(MOST_POLICIES);
        Ok(Box::leak(Box::new(self.build(guard, &policies_left)?)))
    }

    /// Returns the names of the path parameters that must contain the caller's id. These are the parameter of
    /// the guard itself, and the parameters of the policies to which its list leads.
    pub(super) fn subjects(&self, guard: &'a Guard) -> Vec<&'a str> {
        let mut names = Vec::new();
        // Each policy is visited once. Otherwise, a policy that lists itself would never end.
        let mut visited = HashSet::new();
        let mut open = vec![guard];
        while let Some(guard) = open.pop() {
            if let Some(guard::Subject::Path(name)) = &guard.arguments.subject
                && !names.contains(&&**name)
            {
                names.push(&**name);
            }
            // `pop` takes the last policy, so the list is pushed in reverse order.
            for name in guard.arguments.policies.iter().rev() {
                if let Some([policy]) = self.policies.get(&**name).map(Vec::as_slice)
                    && visited.insert(&**name)
                {
                    open.push(policy);
                }
            }
        }
        names
    }

    fn build(&self, guard: &Guard, policies_left: &Cell<usize>) -> Result<Requirement, String> {
        let scopes = || self.scopes(guard);
        let mut requirement = match guard.kind {
            Kind::Authenticated => Requirement::authenticated(),
            Kind::Scopes => Requirement::scopes(scopes()?),
            Kind::OrganizationPermission => Requirement::organization_permission(scopes()?),
            Kind::OrganizationScopes => Requirement::organization_scopes(scopes()?),
            Kind::Alternatives => return self.alternatives(guard, policies_left),
            Kind::ByHand => return Err("the program's own code decides".to_owned()),
        };
        if let Some(resource) = &guard.arguments.resource {
            requirement = requirement.with_resource(leak(&resource.text));
        }
        if guard.kind == Kind::Scopes && guard.arguments.organization == Organization::Any {
            requirement = requirement.with_organization(OrganizationSource::Any);
        }
        if let Some(subject) = &guard.arguments.subject {
            requirement = requirement.with_subject(match subject {
                // This program does not see a request. It assumes that the path names the token's user.
                guard::Subject::User | guard::Subject::Path(_) => Subject::User,
                guard::Subject::Machine => Subject::Machine,
            });
        }
        match guard.arguments.client.as_deref() {
            Some(name) if is_client_name(name) => {
                return Err(format!(
                    "the id of the client `{name}` is known to the program only; compare it with \
                     the token's client"
                ));
            }
            Some(id) => requirement = requirement.with_client(leak(id)),
            None => {}
        }
        Ok(requirement)
    }

    fn alternatives(
        &self,
        guard: &Guard,
        policies_left: &Cell<usize>,
    ) -> Result<Requirement, String> {
        let mut alternatives = Vec::new();
        for name in &guard.arguments.policies {
            policies_left.set(
                policies_left
                    .get()
                    .checked_sub(1)
                    .ok_or("it leads to too many policies")?,
            );
            let policy = match self.policies.get(&**name).map(Vec::as_slice) {
                Some([policy]) => policy,
                Some(_) => {
                    return Err(format!(
                        "this source has several policies with the name `{name}`"
                    ));
                }
                None => {
                    return Err(format!(
                        "this source does not have a struct `{name}` with an attribute"
                    ));
                }
            };
            if let Some(other) = policy.arguments.others.first() {
                return Err(format!("the policy `{name}` has `{other}`, {UNDECIDED}"));
            }
            alternatives.push(self.build(policy, policies_left)?);
        }
        let is_global = |it: &Requirement| {
            it.kind() == RequirementKind::Scopes && it.organization() != OrganizationSource::Any
        };
        if alternatives.iter().any(is_global) && alternatives.iter().any(wants_organization) {
            return Err(
                "a global policy beside an organization policy does not compile".to_owned(),
            );
        }
        Ok(Requirement::any_of(alternatives.leak()))
    }

    fn scopes(&self, guard: &Guard) -> Result<ScopeExpr, String> {
        let list = &guard.arguments.scopes;
        match &**list {
            [only] => self.scope(guard, only),
            list => Ok(ScopeExpr::All(self.each(guard, list)?)),
        }
    }

    fn each(
        &self,
        guard: &Guard,
        list: &[guard::ScopeExpr],
    ) -> Result<&'static [ScopeExpr], String> {
        let each: Result<Vec<_>, _> = list.iter().map(|it| self.scope(guard, it)).collect();
        Ok(each?.leak())
    }

    fn scope(&self, guard: &Guard, expr: &guard::ScopeExpr) -> Result<ScopeExpr, String> {
        Ok(match expr {
            guard::ScopeExpr::One(written) => ScopeExpr::One(leak(&written.text)),
            guard::ScopeExpr::Constant(path) => {
                let asked = asked_scope(self.manifest, guard, expr).ok_or_else(|| {
                    format!("`{}` is not a constant of `scopes!()`", path.join("::"))
                })?;
                ScopeExpr::One(leak(asked.scope))
            }
            guard::ScopeExpr::All(inner) => ScopeExpr::All(self.each(guard, inner)?),
            guard::ScopeExpr::Any(inner) => ScopeExpr::Any(self.each(guard, inner)?),
        })
    }
}

/// Checks whether a requirement, or one of its alternatives, is about an organization.
pub(super) fn wants_organization(requirement: &Requirement) -> bool {
    let mut alternatives = requirement.alternatives().iter();
    requirement.wants_organization() || alternatives.any(wants_organization)
}

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{finding::Place, source::guard::Arguments};

    /// Returns a policy that lists others. If it does not list any, it has a path parameter with its own
    /// name.
    fn policy(name: &str, listed: &[&str]) -> Guard {
        let subject = listed
            .is_empty()
            .then(|| guard::Subject::Path(name.to_owned()));
        Guard {
            kind: match subject {
                Some(_) => Kind::Authenticated,
                None => Kind::Alternatives,
            },
            item: name.to_owned(),
            is_policy: true,
            place: Place {
                file: String::new(),
                line: 1,
                column: None,
            },
            arguments: Arguments {
                policies: listed.iter().map(|&it| it.to_owned()).collect(),
                subject,
                ..Arguments::default()
            },
        }
    }

    #[test]
    fn the_path_parameters_of_listed_policies_are_found_once_and_without_end() {
        let manifest = Manifest::default();
        let guards = [
            policy("a", &[]),
            policy("b", &[]),
            policy("twice", &[]),
            policy("twice", &[]),
            policy("Lists", &["a", "b"]),
            policy("Deep", &["Lists", "a", "twice", "Unknown"]),
            policy("Itself", &["Itself", "a"]),
            policy("One", &["Other", "a"]),
            policy("Other", &["One", "b"]),
        ];
        let requirements = Requirements::new(&manifest, &guards);
        for (name, expected) in [
            ("a", ["a"].as_slice()),
            ("Lists", &["a", "b"]),
            ("Deep", &["a", "b"]),
            ("Itself", &["a"]),
            ("One", &["a", "b"]),
        ] {
            let guard = guards.iter().find(|it| it.item == name).unwrap();
            let mut found = requirements.subjects(guard);
            found.sort_unstable();
            assert_eq!(found, expected, "{name}");
        }
    }
}
