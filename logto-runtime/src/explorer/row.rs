//! [`Row`], a request to a route of the API: a row of the explorer's table.

use std::fmt::Write as _;

use http::{HeaderName, Method, Uri};

use super::{
    pattern::{Piece, pieces},
    reach::{self, gets, prefix},
};
use crate::{
    decide::organization::is_named_in,
    policy::requirement::{OrganizationSource, Requirement, Subject},
    routes::{Route, checks::Entry},
};

/// Values of the path parameters that are not an organization. The first is preferred. The others are for a
/// route whose first request would get to another route.
const PARAMETERS: [&str; 4] = ["1", "2", "3", "example"];

/// Values of `{*name}`.
const RESTS: [&str; 4] = ["1", "2", "1/2", "1/2/3/4"];

/// The end of a path below a fallback or a nested router.
const BELOW: [&str; 4] = [
    "anything",
    "anything/else",
    "anything/else/at",
    "anything/else/at/all",
];

/// A request to a route.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) route: Route,
    pub(super) method: Method,
    /// The organization in the request, if the route names one.
    pub(super) organization: Option<String>,
    /// The path of the request, in parts.
    pub(super) path: Vec<Part>,
    /// The end of the path below a fallback or a nested router. Empty for other routes.
    pub(super) below: &'static str,
    /// Whether another route of the table gets the request. All other requests that were tried get to other
    /// routes, too.
    pub(super) is_covered: bool,
    /// The headers in which guards look for the organization.
    pub(super) headers: Vec<HeaderName>,
}

/// A part of the path of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that is not the value of a parameter.
    Literal(String),
    /// The value of a parameter, percent-encoded.
    Parameter(String),
    /// The value of a parameter that a guard compares with the subject of the token, percent-encoded.
    Subject(String),
    /// The organization, percent-encoded.
    Organization(String),
}

impl Row {
    /// If the route names an organization, returns one row for each of `organizations`. Otherwise returns one
    /// row. `table` has all routes, this one included.
    pub(super) fn of(route: &Route, table: &[Route], organizations: &[String]) -> Vec<Self> {
        if !names_organization(route) {
            return vec![Self::new(route, table, None)];
        }
        organizations
            .iter()
            .map(|organization| Self::new(route, table, Some(organization.clone())))
            .collect()
    }

    /// Chooses a request that gets to the route. If no such request is found, the row has the preferred
    /// request, and is covered.
    fn new(route: &Route, table: &[Route], organization: Option<String>) -> Self {
        let named = organization.as_deref().unwrap_or_default();
        let reaches = |path: &[Part]| gets(route, table, &text(path));
        let mut requests = ends(route).flat_map(|below| {
            let values = PARAMETERS.into_iter().zip(RESTS);
            values.map(move |values| (fill(route, named, values, below), below))
        });
        let preferred = requests.next().unwrap_or_default();
        let method = reach::method(route, table);
        let found = if reaches(&preferred.0) {
            Some(preferred.clone())
        } else {
            requests.find(|(path, _)| reaches(path))
        };
        let is_covered = found.is_none() || method.is_none();
        let (path, below) = found.unwrap_or(preferred);
        Self {
            path,
            below,
            is_covered,
            method: method.unwrap_or(Method::GET),
            headers: headers(route),
            route: route.clone(),
            organization,
        }
    }

    /// Returns this request with the id of a subject in each path parameter that a guard compares with the
    /// subject. Returns the request unchanged in two cases:
    ///
    /// - The new path leads to another route.
    /// - Clients would remove the id as a dot segment (RFC 3986 §5.2.4).
    pub(super) fn of_subject(&self, id: &str, table: &[Route]) -> Self {
        let mut own = self.clone();
        for part in &mut own.path {
            if let Part::Subject(value) = part {
                *value = encoded(id);
            }
        }
        if ![".", ".."].contains(&id) && gets(&self.route, table, &own.uri()) {
            own
        } else {
            self.clone()
        }
    }

    /// Returns the path of the request.
    pub(super) fn uri(&self) -> String {
        text(&self.path)
    }

    /// Returns the path of the request, or `None` if it is not a valid URI.
    pub(super) fn parsed_uri(&self) -> Option<Uri> {
        self.uri().parse().ok()
    }
}

impl Part {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Literal(text)
            | Self::Parameter(text)
            | Self::Subject(text)
            | Self::Organization(text) => text,
        }
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

/// Returns the headers in which the guards of a route look for the organization.
fn headers(route: &Route) -> Vec<HeaderName> {
    let mut headers = Vec::new();
    for source in sources(route) {
        if let OrganizationSource::Header(name) = source
            && let Ok(name) = name.parse()
            && !headers.contains(&name)
        {
            headers.push(name);
        }
    }
    headers
}

/// Whether a guard compares the subject of the token with this path parameter.
fn names_subject(requirement: &Requirement, parameter: &str) -> bool {
    matches!(requirement.subject(), Some(Subject::Path(name)) if name == parameter)
        || (requirement.alternatives().iter()).any(|it| names_subject(it, parameter))
}

/// Returns the ends of the paths to try.
fn ends(route: &Route) -> impl Iterator<Item = &'static str> {
    let (ends, root) = match (route.checks.entry, prefix(route)) {
        (Entry::Route, _) => (&[""][..], None),
        // If a route has the path `/{*rest}`, the fallback gets only requests with the path `/`.
        (Entry::Fallback, "") => (&BELOW[..], Some("")),
        (Entry::Fallback | Entry::Nested, _) => (&BELOW[..], None),
    };
    ends.iter().copied().chain(root)
}

/// Returns the path of a request to the route, with these values of `{name}` and `{*name}`.
fn fill(
    route: &Route,
    organization: &str,
    (parameter, rest): (&str, &str),
    below: &str,
) -> Vec<Part> {
    let named: Vec<_> = sources(route)
        .filter_map(|source| match source {
            OrganizationSource::Path(name) => Some(name),
            _ => None,
        })
        .collect();
    let is_subject = |name: &str| {
        let mut requirements = route.checks.requirements();
        requirements.any(|requirement| names_subject(requirement, name))
    };
    let mut parts = Vec::new();
    let mut literal = String::new();
    for piece in pieces(prefix(route)) {
        let part = match piece {
            Piece::Character(character) => {
                literal.push(character);
                continue;
            }
            Piece::Parameter(name) | Piece::Rest(name)
                if named.contains(&name) || is_named_in(&format!("/{{{name}}}")) =>
            {
                Part::Organization(encoded(organization))
            }
            Piece::Parameter(name) if is_subject(name) => Part::Subject(parameter.to_owned()),
            Piece::Rest(name) if is_subject(name) => Part::Subject(rest.to_owned()),
            Piece::Parameter(_) => Part::Parameter(parameter.to_owned()),
            Piece::Rest(_) => Part::Parameter(rest.to_owned()),
        };
        parts.push(Part::Literal(std::mem::take(&mut literal)));
        parts.push(part);
    }
    if route.checks.entry != Entry::Route {
        literal.push('/');
        literal.push_str(below);
    }
    parts.push(Part::Literal(literal));
    parts.retain(|part| !part.text().is_empty());
    parts
}

fn text(path: &[Part]) -> String {
    path.iter().map(Part::text).collect()
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
