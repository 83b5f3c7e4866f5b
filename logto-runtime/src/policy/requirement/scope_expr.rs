//! [`ScopeExpr`], the scopes of a requirement.

/// The scopes that a token must have, as a tree of *all* and *any*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScopeExpr {
    /// This scope.
    One(&'static str),
    /// All of these. An empty list is never satisfied.
    All(&'static [ScopeExpr]),
    /// At least one of these. An empty list is never satisfied.
    Any(&'static [ScopeExpr]),
}
