//! The attributes: their names, and their positional arguments.

use syn::Attribute;

/// One of this crate's attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Authenticated,
    Scopes,
    OrganizationPermission,
    OrganizationScopes,
    Alternatives,
    Public,
    ByHand,
}

/// The positional arguments of an attribute: arguments that are written without `key =`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Positional {
    Nothing,
    Scopes,
    Policies,
    Description,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Authenticated,
        Self::Scopes,
        Self::OrganizationPermission,
        Self::OrganizationScopes,
        Self::Alternatives,
        Self::Public,
        Self::ByHand,
    ];

    /// Returns the attribute's name, as written after `#[`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Authenticated => "require_auth",
            Self::Scopes => "require_scopes",
            Self::OrganizationPermission => "require_org_permission",
            Self::OrganizationScopes => "require_org_scopes",
            Self::Alternatives => "require_any",
            Self::Public => "public",
            Self::ByHand => "guarded_by",
        }
    }

    pub(crate) const fn positional(self) -> Positional {
        match self {
            Self::Authenticated | Self::Public => Positional::Nothing,
            Self::Scopes | Self::OrganizationPermission | Self::OrganizationScopes => {
                Positional::Scopes
            }
            Self::Alternatives => Positional::Policies,
            Self::ByHand => Positional::Description,
        }
    }

    /// Returns a scope for the examples in messages.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::OrganizationPermission => "invite:member",
            Self::OrganizationScopes => "read:data",
            Self::Authenticated
            | Self::Scopes
            | Self::Alternatives
            | Self::Public
            | Self::ByHand => "read:products",
        }
    }
}

/// Checks whether `attribute` is one of this crate's attributes.
///
/// Compares only the last segment of the path, so that the attribute is found under any path or alias
/// of the crate.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|last| Kind::ALL.iter().any(|kind| last.ident == kind.name()))
}
