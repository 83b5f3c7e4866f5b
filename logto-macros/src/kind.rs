//! The attributes by name, and what each of them takes.

use syn::Attribute;

/// One attribute of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Authenticated,
    Scopes,
    OrganizationPermission,
    OrganizationScopes,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::Authenticated,
        Self::Scopes,
        Self::OrganizationPermission,
        Self::OrganizationScopes,
    ];

    /// The attribute's name, as written after `#[`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Authenticated => "require_auth",
            Self::Scopes => "require_scopes",
            Self::OrganizationPermission => "require_org_permission",
            Self::OrganizationScopes => "require_org_scopes",
        }
    }

    pub(crate) const fn takes_scopes(self) -> bool {
        !matches!(self, Self::Authenticated)
    }

    pub(crate) const fn takes_resource(self) -> bool {
        !matches!(self, Self::OrganizationPermission)
    }

    pub(crate) const fn takes_organization(self) -> bool {
        matches!(
            self,
            Self::OrganizationPermission | Self::OrganizationScopes
        )
    }

    /// The keys of `key = value` arguments, in the order in which messages list them.
    pub(crate) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Authenticated | Self::Scopes => &["resource", "crate"],
            Self::OrganizationPermission => &["org", "crate"],
            Self::OrganizationScopes => &["resource", "org", "crate"],
        }
    }

    /// A scope for examples in messages.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Authenticated | Self::Scopes => "read:products",
            Self::OrganizationPermission => "invite:member",
            Self::OrganizationScopes => "read:data",
        }
    }
}

/// Tells whether `attribute` is one of the family, whatever path or alias of the crate leads to it.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| Kind::ALL.iter().any(|kind| last.ident == kind.name()))
}
