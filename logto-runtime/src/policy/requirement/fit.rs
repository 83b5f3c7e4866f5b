//! Where a requirement can stand, and what it can enforce.

use super::{OrganizationSource, Requirement, RequirementKind};

impl Requirement {
    /// Returns whether the requirement asks for global scopes where no organization is named.
    pub(crate) const fn is_global(&self) -> bool {
        match self.kind {
            RequirementKind::Scopes => !matches!(self.organization, OrganizationSource::Any),
            RequirementKind::Alternatives => Self::some_are_global(self.alternatives),
            RequirementKind::Authenticated
            | RequirementKind::OrganizationPermission
            | RequirementKind::OrganizationScopes
            | RequirementKind::ByHand => false,
        }
    }

    /// Returns a restriction that the kind, or that of an alternative, can't enforce.
    pub(crate) fn unenforceable(&self) -> Option<&'static str> {
        let about_organization = self.organization != OrganizationSource::Route;
        match self.kind {
            RequirementKind::Alternatives => {
                let alternatives = self.alternatives.iter();
                (self.resource.map(|_| "with_resource"))
                    .or_else(|| self.subject.map(|_| "with_subject"))
                    .or_else(|| self.client.map(|_| "with_client"))
                    .or_else(|| about_organization.then_some("with_organization"))
                    .or_else(|| alternatives.map(Self::unenforceable).find_map(|it| it))
            }
            RequirementKind::OrganizationPermission => self.resource.map(|_| "with_resource"),
            RequirementKind::OrganizationScopes | RequirementKind::ByHand => None,
            RequirementKind::Scopes if self.organization == OrganizationSource::Any => None,
            RequirementKind::Authenticated | RequirementKind::Scopes => {
                about_organization.then_some("with_organization")
            }
        }
    }

    /// Returns what must be checked by hand, by this requirement or by one of its alternatives.
    pub(crate) fn checked_by_hand(&self) -> Option<&'static str> {
        match self.kind {
            RequirementKind::ByHand => Some(self.by_hand),
            _ => (self.alternatives.iter()).find_map(Self::checked_by_hand),
        }
    }

    /// Returns whether a token for an organization may meet this, directly or as an alternative.
    pub(crate) const fn is_about_organizations(&self) -> bool {
        self.wants_organization() || Self::some_want_an_organization(self.alternatives)
    }

    /// Returns whether this is the requirement, or one of its alternatives at any depth is.
    pub(crate) fn includes(&self, requirement: &Self) -> bool {
        let in_alternative = |alternative: &Self| alternative.includes(requirement);
        self == requirement || self.alternatives.iter().any(in_alternative)
    }

    pub(super) const fn some_are_global(mut requirements: &[Self]) -> bool {
        while let [first, rest @ ..] = requirements {
            if first.is_global() {
                return true;
            }
            requirements = rest;
        }
        false
    }

    pub(super) const fn some_want_an_organization(mut requirements: &[Self]) -> bool {
        while let [first, rest @ ..] = requirements {
            if first.is_about_organizations() {
                return true;
            }
            requirements = rest;
        }
        false
    }
}
