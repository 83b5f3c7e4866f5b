//! What is to be generated, valid by construction.

use syn::{LitStr, Path};

use crate::kind::Kind;

/// A requirement without mistakes.
pub(crate) struct Requirement {
    pub(crate) kind: Kind,
    /// None for the kind that takes no scopes.
    pub(crate) scopes: Option<ScopeExpr>,
    pub(crate) resource: Option<LitStr>,
    pub(crate) organization: Option<Organization>,
}

/// Scopes as a tree; no group is empty.
pub(crate) enum ScopeExpr {
    One(LitStr),
    Constant(Path),
    All(Vec<ScopeExpr>),
    Any(Vec<ScopeExpr>),
}

/// Where the request names its organization.
pub(crate) enum Organization {
    Path(LitStr),
    /// In lower case.
    Header(String),
    Token,
}
