//! Finds out whether a request gets to a route, or to another route of the table.

use http::Method;

use super::pattern::{fit, pieces, wins};
use crate::routes::{Route, checks::Entry};

/// The placeholder at the end of a path in the table of routes, for a fallback or a nested router.
const REST: &str = "/{*rest}";

/// The methods of requests to a route for every method, with the preferred one first.
const METHODS: [Method; 8] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::HEAD,
    Method::TRACE,
];

/// Returns the path of the route. For a fallback or a nested router, leaves out the placeholder [`REST`].
pub(super) fn prefix(route: &Route) -> &str {
    match route.checks.entry {
        Entry::Route => &route.path,
        Entry::Fallback | Entry::Nested => route.path.strip_suffix(REST).unwrap_or(&route.path),
    }
}

/// Returns the method of a request to the route. Returns `None` if other routes with the same path take all
/// methods.
pub(super) fn method(route: &Route, table: &[Route]) -> Option<Method> {
    // `*` stands for every method. It would parse as a method with the name `*`.
    if route.method != "*" {
        return route.method.parse().ok();
    }
    let mut methods = METHODS.into_iter();
    if route.checks.entry != Entry::Route {
        return methods.next();
    }
    let is_taken = |method: &Method| {
        table.iter().any(|other| {
            let by_get = method == Method::HEAD && other.method == "GET";
            other.checks.entry == Entry::Route
                && other.path == route.path
                && (other.method == method.as_str() || by_get)
        })
    };
    methods.find(|method| !is_taken(method))
}

/// Whether axum passes a request with this path to the route, and not to another path of the table.
///
/// The routes inside a nested router are not known. So a request to a route may fit them, too. The fallback
/// gets a request only if no nested router can.
pub(super) fn gets(route: &Route, table: &[Route], path: &str) -> bool {
    let own = pieces(&route.path);
    !table.iter().any(|other| {
        let pieces = pieces(&other.path);
        let is_preferred = match (route.checks.entry, other.checks.entry) {
            (Entry::Route, Entry::Route) | (Entry::Fallback, Entry::Fallback) => {
                wins(&pieces, &own)
            }
            (Entry::Fallback, Entry::Route | Entry::Nested) | (Entry::Nested, Entry::Route) => true,
            (Entry::Route | Entry::Nested, Entry::Fallback | Entry::Nested) => false,
        };
        is_preferred && fit(&pieces, path)
    })
}
