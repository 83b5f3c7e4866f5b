//! [`Row`], a request to a route of the API: a row of the explorer's table.

use std::fmt::Write as _;

use http::{HeaderName, Method, Uri};

use crate::{
    decide::organization::is_named_in,
    policy::requirement::{OrganizationSource, Requirement},
    routes::{Route, checks::Entry},
};

/// The placeholder at the end of a path in the table of routes, for a fallback or a nested router.
const REST: &str = "/{*rest}";

/// The value of a path parameter that is not an organization.
const PARAMETER: &str = "1";

/// A request to a route.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) route: Route,
    /// The organization in the request, if the route names one.
    pub(super) organization: Option<String>,
    /// The path of the request, in parts.
    pub(super) path: Vec<Part>,
    /// The header that names the organization, if a guard reads the organization from a header.
    pub(super) header: Option<HeaderName>,
}

/// A part of the path of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that is not the value of a parameter.
    Literal(String),
    /// The value of a parameter, percent-encoded.
    Parameter(String),
    /// The organization, percent-encoded.
    Organization(String),
}

impl Row {
    /// If the route names an organization, returns one row for each of `organizations`. Otherwise returns one
    /// row.
    pub(super) fn of(route: &Route, organizations: &[String]) -> Vec<Self> {
        if !names_organization(route) {
            return vec![Self::new(route, None)];
        }
        organizations
            .iter()
            .map(|organization| Self::new(route, Some(organization.clone())))
            .collect()
    }

    fn new(route: &Route, organization: Option<String>) -> Self {
        Self {
            path: fill(route, organization.as_deref().unwrap_or_default()),
            header: sources(route).find_map(|source| match source {
                OrganizationSource::Header(name) => name.parse().ok(),
                _ => None,
            }),
            route: route.clone(),
            organization,
        }
    }

    /// Returns the method of the request. For a route for every method, that is `GET`.
    pub(super) fn method(&self) -> Method {
        // `*` stands for every method. Without this case, it would parse as a method with the name `*`.
        match self.route.method {
            "*" => Method::GET,
            method => method.parse().unwrap_or(Method::GET),
        }
    }

    /// Returns the path of the request.
    pub(super) fn uri(&self) -> String {
        self.path.iter().map(Part::text).collect()
    }

    /// Returns the path of the request, or `None` if it is not a valid URI.
    pub(super) fn parsed_uri(&self) -> Option<Uri> {
        self.uri().parse().ok()
    }
}

impl Part {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Parameter(text) | Self::Organization(text) => text,
        }
    }
}

/// Returns the path of the route. For a fallback or a nested router, leaves out the placeholder [`REST`].
pub(super) fn prefix(route: &Route) -> &str {
    match route.checks.entry {
        Entry::Route => &route.path,
        Entry::Fallback | Entry::Nested => route.path.strip_suffix(REST).unwrap_or(&route.path),
    }
}

/// Whether the path or a header of a request to this route names an organization.
pub(super) fn names_organization(route: &Route) -> bool {
    let in_request = |source| {
        matches!(
            source,
            OrganizationSource::Path(_) | OrganizationSource::Header(_)
        )
    };
    is_named_in(prefix(route)) || sources(route).any(in_request)
}

/// Returns the sources in which the guards of a route look for the organization.
fn sources(route: &Route) -> impl Iterator<Item = OrganizationSource> {
    let mut sources = Vec::new();
    for requirement in route.checks.requirements() {
        collect_sources(requirement, &mut sources);
    }
    sources.into_iter()
}

fn collect_sources(requirement: &Requirement, sources: &mut Vec<OrganizationSource>) {
    sources.push(requirement.organization());
    for alternative in requirement.alternatives() {
        collect_sources(alternative, sources);
    }
}

/// Returns the path of a request to the route, with a value for each parameter.
fn fill(route: &Route, organization: &str) -> Vec<Part> {
    let named: Vec<_> = sources(route)
        .filter_map(|source| match source {
            OrganizationSource::Path(name) => Some(name),
            _ => None,
        })
        .collect();
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = prefix(route);
    while let Some(character) = rest.chars().next() {
        // A doubled brace stands for one brace.
        if rest.starts_with("{{") || rest.starts_with("}}") {
            literal.push(character);
            rest = &rest[2..];
        } else if let Some((name, after)) =
            rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
        {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
            let is_organization = named.contains(&name) || is_named_in(&format!("/{{{name}}}"));
            parts.push(if is_organization {
                Part::Organization(encoded(organization))
            } else {
                Part::Parameter(PARAMETER.to_owned())
            });
            rest = after;
        } else {
            literal.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    match route.checks.entry {
        Entry::Route => {}
        Entry::Fallback | Entry::Nested => literal.push_str("/anything"),
    }
    parts.push(Part::Literal(literal));
    parts.retain(|part| !part.text().is_empty());
    parts
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3).
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                // Writing to a string does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}
