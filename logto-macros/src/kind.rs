//! The attributes by name, and what each of them takes.

use syn::Attribute;

/// One attribute of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Authenticated,
    Scopes,
    OrganizationPermission,
    OrganizationScopes,
    Alternatives,
    Public,
}

/// What stands in an attribute without a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Positional {
    Nothing,
    Scopes,
    Policies,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Authenticated,
        Self::Scopes,
        Self::OrganizationPermission,
        Self::OrganizationScopes,
        Self::Alternatives,
        Self::Public,
    ];

    /// The attribute's name, as written after `#[`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Authenticated => "require_auth",
            Self::Scopes => "require_scopes",
            Self::OrganizationPermission => "require_org_permission",
            Self::OrganizationScopes => "require_org_scopes",
            Self::Alternatives => "require_any",
            Self::Public => "public",
        }
    }

    pub(crate) const fn positional(self) -> Positional {
        match self {
            Self::Authenticated | Self::Public => Positional::Nothing,
            Self::Scopes | Self::OrganizationPermission | Self::OrganizationScopes => {
                Positional::Scopes
            }
            Self::Alternatives => Positional::Policies,
        }
    }

    /// The keys of `key = value` arguments, in the order in which messages list them.
    pub(crate) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Authenticated | Self::Scopes => &["resource", "subject", "state", "crate"],
            Self::OrganizationPermission => &["org", "subject", "state", "crate"],
            Self::OrganizationScopes => &["resource", "org", "subject", "state", "crate"],
            Self::Alternatives => &["state", "crate"],
            Self::Public => &["crate"],
        }
    }

    pub(crate) fn takes(self, key: &str) -> bool {
        self.keys().contains(&key)
    }

    /// A scope for examples in messages.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::OrganizationPermission => "invite:member",
            Self::OrganizationScopes => "read:data",
            Self::Authenticated | Self::Scopes | Self::Alternatives | Self::Public => {
                "read:products"
            }
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
