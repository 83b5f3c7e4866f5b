//! The table of routes, and who may call each of them.

use std::fmt;

use super::arguments::GuardedArguments;
use crate::{describe::inventory::guards, policy::requirement::Requirement};

/// The [`method`](Route::method) of a route that accepts every method.
pub(super) const EVERY_METHOD: &str = "*";

/// The [`handler`](Route::handler) of a nested router without a policy.
pub(super) const WITHOUT_POLICY: &str = "";

/// A row of the table of [`Routes`](super::Routes).
///
/// Displays method, path and access: `GET /products require_scopes("read:products")`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The HTTP method, or `*` for every method.
    pub method: &'static str,
    /// The prefixes of nesting, and then the path that the program gave. The path of a fallback, or of a
    /// nested router that is not a `Routes`, ends with `/{*rest}`.
    pub path: String,
    /// The name of the handler function, with its modules. For a nested axum router, the name of the
    /// policy in front of it. Empty for a nested router without a policy.
    pub handler: &'static str,
    /// Who may call the route.
    pub access: Access,
    /// The checks that run before the handler.
    #[cfg(feature = "explorer")]
    pub(crate) checks: super::checks::Checks,
}

/// Who may call a route. Displays each guard like its attribute: `require_scopes("read:products")`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Callers who meet all of these requirements.
    Guarded(Vec<Requirement>),
    /// Everyone, because of `#[public]` or [`nest_public`](super::Routes::nest_public).
    Public,
    /// Not known, because of [`nest_opaque`](super::Routes::nest_opaque).
    Unknown,
}

impl Access {
    /// Returns who may call a handler with these arguments.
    ///
    /// The requirement of the first argument is [`FIRST`](GuardedArguments::FIRST). The requirements of the
    /// other arguments are looked up in the inventory by type.
    pub(super) fn of<T: GuardedArguments>() -> Self {
        let mut access = match T::FIRST {
            Some(first) => Self::Guarded(vec![first]),
            None => Self::Public,
        };
        for argument in T::types() {
            for requirement in guards()
                .filter(|guard| guard.is_argument(argument))
                .filter_map(|guard| guard.requirement)
            {
                access.add(requirement);
            }
        }
        access
    }

    /// Adds a requirement, unless it is there already. A public or unknown route becomes guarded.
    pub(super) fn add(&mut self, requirement: &Requirement) {
        match self {
            Self::Guarded(all) if all.contains(requirement) => {}
            Self::Guarded(all) => all.push(*requirement),
            Self::Public | Self::Unknown => *self = Self::Guarded(vec![*requirement]),
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guarded(all) => {
                for (position, requirement) in all.iter().enumerate() {
                    let and = if position > 0 { " + " } else { "" };
                    write!(f, "{and}{requirement}")?;
                }
                Ok(())
            }
            Self::Public => f.write_str("public"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.method, self.path, self.access)
    }
}

/// Joins a prefix and a path as axum does.
pub(super) fn join(prefix: &str, path: &str) -> String {
    match path {
        path if prefix.ends_with('/') => format!("{prefix}{}", path.trim_start_matches('/')),
        "/" => prefix.to_owned(),
        path => format!("{prefix}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_axum_joins_them() {
        for (prefix, path, expected) in [
            ("/api", "/products", "/api/products"),
            ("/api", "/", "/api"),
            ("/api/", "/", "/api/"),
            ("/api/", "/products", "/api/products"),
            (
                "/{organization_id}",
                "/{*rest}",
                "/{organization_id}/{*rest}",
            ),
        ] {
            assert_eq!(join(prefix, path), expected);
        }
    }
}
