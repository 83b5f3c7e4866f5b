//! A guard as types: an attribute with its arguments, and the item below it.

use crate::finding::Place;

/// Which attribute it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Authenticated,
    Scopes,
    OrganizationPermission,
    OrganizationScopes,
    Alternatives,
}

/// A guard.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) kind: Kind,
    /// The function or unit struct below the attribute.
    pub(crate) item: String,
    pub(crate) is_policy: bool,
    /// The attribute.
    pub(crate) place: Place,
    pub(crate) arguments: Arguments,
}

/// The arguments of an attribute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) scopes: Vec<ScopeExpr>,
    /// The policies of `#[require_any]`, by the last segment of their paths.
    pub(crate) policies: Vec<String>,
    pub(crate) resource: Option<Written>,
    pub(crate) organization: Organization,
    pub(crate) subject: Option<Subject>,
    /// The name or the id of a client.
    pub(crate) client: Option<String>,
}

/// A string in the source.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// A tree of scopes.
#[derive(Clone, Debug)]
pub(crate) enum ScopeExpr {
    One(Written),
    /// The path of a constant of `scopes!()`.
    Constant(Vec<String>),
    All(Vec<ScopeExpr>),
    Any(Vec<ScopeExpr>),
}

/// Where the request names its organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Organization {
    /// In the path or in a header, or the token's own.
    #[default]
    Request,
    /// Any organization; only for global scopes.
    Any,
}

/// Whose token it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    User,
    Machine,
    /// The user in the path parameter of this name.
    Path(String),
}

impl Kind {
    /// Returns the kind of the attribute with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "require_auth" => Self::Authenticated,
            "require_scopes" => Self::Scopes,
            "require_org_permission" => Self::OrganizationPermission,
            "require_org_scopes" => Self::OrganizationScopes,
            "require_any" => Self::Alternatives,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Authenticated => "require_auth",
            Self::Scopes => "require_scopes",
            Self::OrganizationPermission => "require_org_permission",
            Self::OrganizationScopes => "require_org_scopes",
            Self::Alternatives => "require_any",
        }
    }

    /// Checks whether the attribute names an API resource, or uses the default one.
    pub(crate) fn has_resource(self) -> bool {
        matches!(
            self,
            Self::Authenticated | Self::Scopes | Self::OrganizationScopes
        )
    }
}

impl ScopeExpr {
    /// Returns the strings and constants in the tree.
    pub(crate) fn leaves(list: &[Self]) -> Vec<&Self> {
        let mut leaves = Vec::new();
        for expr in list {
            match expr {
                Self::One(_) | Self::Constant(_) => leaves.push(expr),
                Self::All(inner) | Self::Any(inner) => leaves.extend(Self::leaves(inner)),
            }
        }
        leaves
    }
}
