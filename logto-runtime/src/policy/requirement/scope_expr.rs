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

impl ScopeExpr {
    /// Adds the scopes of the expression that `names` does not contain yet, in the order in which they are
    /// written.
    pub(super) fn collect_names(&self, names: &mut Vec<&'static str>) {
        match self {
            Self::One(name) if names.contains(name) => {}
            Self::One(name) => names.push(name),
            Self::All(list) | Self::Any(list) => {
                for expr in *list {
                    expr.collect_names(names);
                }
            }
        }
    }
}
