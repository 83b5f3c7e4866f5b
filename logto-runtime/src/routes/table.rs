//! What is known about each route.

use std::fmt;

use super::arguments::GuardedArguments;
use crate::{describe::inventory::guards, policy::requirement::Requirement};

/// In place of a method: a route for all of them.
pub(super) const EVERY_METHOD: &str = "*";

/// A line of the table of [`Routes`](super::Routes).
///
/// Its text has method, path and access: `GET /products require_scopes("read:products")`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The method; `*` for all of them.
    pub method: &'static str,
    /// The path as given to the router, prefixes of nesting included. A nested router of which no
    /// more is known, and a fallback, end in `/{*rest}`.
    pub path: String,
    /// The path of the handler's function, or of the policy in front of a router.
    pub handler: &'static str,
    /// Who may pass.
    pub access: Access,
}

/// Who may pass a route. Its text shows guards as attributes are written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Callers who meet all of these.
    Guarded(Vec<Requirement>),
    /// Everyone, as `#[public]` says.
    Public,
    /// Nobody can tell: an opaque router was added.
    Unknown,
}

impl Access {
    /// The first argument tells by itself, further ones by what the inventory knows of their types.
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
                access.also_requires(requirement);
            }
        }
        access
    }

    pub(super) fn also_requires(&mut self, requirement: &Requirement) {
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

/// The path of a nested route, as axum joins it.
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
