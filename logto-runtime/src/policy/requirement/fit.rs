//! Decides which restrictions a requirement can enforce, and which requirements an attribute with
//! `credential = …` may have.

use super::{OrganizationSource, Requirement, RequirementKind, Subject};

impl Requirement {
    /// Returns the requirement of an attribute with `credential = …`. For generated code.
    ///
    /// # Panics
    ///
    /// Panics if this requirement wants a token of an organization, or has `subject = path(…)`. Looks at its
    /// alternatives too, at any depth. In a constant, the panic is a compile error.
    ///
    /// The reason: the handler does not see the credential. So the handler could not compare the credential
    /// with the organization or the user in the request.
    #[doc(hidden)]
    #[must_use]
    pub const fn beside_hidden_credential(self) -> Self {
        assert!(
            !self.is_about_organizations(),
            "with `credential = …`, an organization policy would let each credential into every \
             organization, because the handler does not see whose it is: instead of the attribute, \
             take `TokenOr<P, K>` as the first argument, and compare the organization of the \
             credential with the one in the path"
        );
        assert!(
            !self.names_its_user(),
            "with `credential = …`, a policy with `subject = path(…)` would let each credential reach \
             every user, because the handler does not see whose it is: instead of the attribute, take \
             `TokenOr<P, K>` as the first argument, and compare the user of the credential with the \
             one in the path"
        );
        self
    }

    /// Finds a restriction that the kind of this requirement can't enforce. Returns the name of the method
    /// that sets the restriction, such as `with_resource`. Looks at the alternatives too, at any depth.
    pub(crate) fn unenforceable(&self) -> Option<&'static str> {
        let about_organization = self.organization != OrganizationSource::Route;
        match self.kind {
            RequirementKind::Alternatives => (self.resource.map(|_| "with_resource"))
                .or_else(|| self.subject.map(|_| "with_subject"))
                .or_else(|| self.client.map(|_| "with_client"))
                .or_else(|| about_organization.then_some("with_organization"))
                .or_else(|| self.alternatives.iter().find_map(Self::unenforceable)),
            RequirementKind::OrganizationPermission => self.resource.map(|_| "with_resource"),
            RequirementKind::OrganizationScopes | RequirementKind::ByHand => None,
            RequirementKind::Scopes if self.organization == OrganizationSource::Any => None,
            RequirementKind::Authenticated | RequirementKind::Scopes => {
                about_organization.then_some("with_organization")
            }
        }
    }

    /// Returns the description given to [`by_hand`](Self::by_hand). Looks at the alternatives too, at any
    /// depth.
    pub(crate) fn checked_by_hand(&self) -> Option<&'static str> {
        match self.kind {
            RequirementKind::ByHand => Some(self.by_hand),
            _ => (self.alternatives.iter()).find_map(Self::checked_by_hand),
        }
    }

    /// Returns whether this requirement has `subject = path(…)`. Looks at its alternatives too, at any depth.
    const fn names_its_user(&self) -> bool {
        matches!(self.subject, Some(Subject::Path(_))) || Self::some_name_a_user(self.alternatives)
    }

    /// Returns whether `requirement` equals `self`, or an alternative of `self` at any depth.
    pub(crate) fn includes(&self, requirement: &Self) -> bool {
        let in_alternative = |alternative: &Self| alternative.includes(requirement);
        self == requirement || self.alternatives.iter().any(in_alternative)
    }

    const fn some_name_a_user(mut requirements: &[Self]) -> bool {
        while let [first, rest @ ..] = requirements {
            if first.names_its_user() {
                return true;
            }
            requirements = rest;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::{super::ScopeExpr::One, OrganizationSource::*, *};

    const GLOBAL: Requirement = Requirement::scopes(One("a"));
    const ANYONE: Requirement = Requirement::authenticated();
    const IN_CLAIM: Requirement = Requirement::organization_scopes(One("a"));
    const PERMISSION: Requirement = Requirement::organization_permission(One("a"));
    const NAMED: Option<Subject> = Some(Subject::Path("user_id"));

    #[test]
    fn requirements_for_an_organization_or_the_user_in_the_path_do_not_fit_a_hidden_credential() {
        let of_subject = |requirement: Requirement, subject: Option<Subject>| Requirement {
            subject,
            ..requirement
        };
        for (requirement, fits) in [
            (GLOBAL, true),
            (GLOBAL.with_organization(Any), true),
            (GLOBAL.with_client("spa").with_resource("org"), true),
            (ANYONE, true),
            (of_subject(ANYONE, Some(Subject::User)), true),
            (of_subject(GLOBAL, Some(Subject::Machine)), true),
            (Requirement::by_hand("session"), true),
            (IN_CLAIM, false),
            (IN_CLAIM.with_organization(Path("id")), false),
            (IN_CLAIM.with_organization(Header("x-org")), false),
            (IN_CLAIM.with_organization(Token), false),
            (PERMISSION, false),
            (PERMISSION.with_organization(Token), false),
            (of_subject(ANYONE, NAMED), false),
            (of_subject(GLOBAL, NAMED), false),
            (of_subject(PERMISSION, NAMED), false),
            (of_subject(any_of([ANYONE, ANYONE]), NAMED), false),
        ] {
            // Alone, as an alternative, and as an alternative of an alternative.
            let alternative = any_of([ANYONE, requirement]);
            for requirement in [requirement, alternative, any_of([alternative, ANYONE])] {
                let beside = catch_unwind(|| requirement.beside_hidden_credential());
                match beside {
                    Ok(same) => assert!(fits && same == requirement, "{requirement}"),
                    Err(panic) => {
                        let message = panic.downcast_ref::<&str>().unwrap();
                        let fix = message.contains("take `TokenOr<P, K>` as the first argument");
                        assert!(!fits && fix, "{requirement}: {message}");
                    }
                }
            }
        }
    }

    fn any_of(alternatives: [Requirement; 2]) -> Requirement {
        Requirement::any_of(Box::leak(Box::new(alternatives)))
    }
}
