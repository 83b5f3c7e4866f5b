//! Lists the scopes of a requirement, for example for challenges and metadata.

use super::{Requirement, ScopeExpr};

impl Requirement {
    /// Returns each scope of the requirement once, in the order of the [`ScopeExpr`].
    #[must_use]
    pub fn scope_names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if let Some(scopes) = &self.scopes {
            scopes.collect_names(&mut names);
        }
        names
    }
}

impl ScopeExpr {
    /// Adds the scopes of the expression to `names`. Leaves out scopes that `names` contains already.
    fn collect_names(&self, names: &mut Vec<&'static str>) {
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
