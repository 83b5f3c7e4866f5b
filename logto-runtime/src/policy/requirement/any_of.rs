//! Requirements with alternatives. A token must meet one of the alternatives.
//!
//! A requirement of global scopes without `org = any` can't be an alternative to a requirement about an
//! organization.

use super::{OrganizationSource, Requirement, RequirementKind};

impl Requirement {
    /// Requires at least one of these requirements to be met. An empty list is never met.
    ///
    /// # Panics
    ///
    /// Panics if one requirement is about an organization and another requirement asks for global
    /// scopes without [`OrganizationSource::Any`]. In a constant, the panic is a compile error.
    ///
    /// The reason: a token without an organization has the scopes of all organizations of its user. So the
    /// global requirement would let the user into every organization.
    #[must_use]
    pub const fn any_of(alternatives: &'static [Requirement]) -> Self {
        assert!(
            !(Self::some_want_an_organization(alternatives) && Self::some_are_global(alternatives)),
            "a global policy beside an organization policy would let a caller into every \
             organization: write `org = any` on the global one if its scopes reach every \
             organization, or use `#[require_org_scopes(…)]`"
        );
        let mut requirement = Self::new(RequirementKind::Alternatives, None);
        requirement.alternatives = alternatives;
        requirement
    }

    /// Returns whether this requirement asks for global scopes without [`OrganizationSource::Any`]. Looks at
    /// its alternatives too, at any depth.
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

    /// Returns whether this requirement wants a token of an organization. Looks at its alternatives too, at
    /// any depth.
    pub(crate) const fn is_about_organizations(&self) -> bool {
        self.wants_organization() || Self::some_want_an_organization(self.alternatives)
    }

    /// Returns whether this requirement says with `org` where a request names its organization. Looks at its
    /// alternatives too, at any depth.
    pub(crate) fn says_where_organization_is(&self) -> bool {
        self.wants_organization() && self.organization != OrganizationSource::Route
            || (self.alternatives.iter()).any(Self::says_where_organization_is)
    }

    /// Returns the places that `org = …` names in this requirement and in its alternatives, at any depth.
    /// Leaves out [`OrganizationSource::Route`], which does not name a place.
    pub(crate) fn organization_sources(&self) -> Vec<OrganizationSource> {
        let own = self.wants_organization() && self.organization != OrganizationSource::Route;
        let of_alternatives = self.alternatives.iter();
        own.then_some(self.organization)
            .into_iter()
            .chain(of_alternatives.flat_map(Self::organization_sources))
            .collect()
    }

    const fn some_are_global(mut requirements: &[Self]) -> bool {
        while let [first, rest @ ..] = requirements {
            if first.is_global() {
                return true;
            }
            requirements = rest;
        }
        false
    }

    const fn some_want_an_organization(mut requirements: &[Self]) -> bool {
        while let [first, rest @ ..] = requirements {
            if first.is_about_organizations() {
                return true;
            }
            requirements = rest;
        }
        false
    }
}
