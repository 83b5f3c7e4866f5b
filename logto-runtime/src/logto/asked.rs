//! What a request is checked against, for its rejection and the log.

use std::fmt;

use axum::extract::MatchedPath;
use http::Extensions;

use crate::{
    decide::resources::Resources,
    policy::requirement::{Requirement, RequirementKind},
};

/// What a request is checked against: the requirement of a guard, and the matched route.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(super) requirement: Option<&'static Requirement>,
    pub(super) route: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// Reads the matched route from the extensions, where axum's router puts it.
    pub(crate) fn in_request(
        requirement: Option<&'static Requirement>,
        extensions: &'a Extensions,
    ) -> Self {
        Self::on_route(requirement, extensions.get())
    }

    /// The same for a route that was read before the request was moved.
    pub(super) fn on_route(
        requirement: Option<&'static Requirement>,
        route: Option<&'a MatchedPath>,
    ) -> Self {
        Self {
            requirement,
            route: route.map(MatchedPath::as_str),
        }
    }

    /// The same without a request, and so without a route.
    pub(crate) fn outside(requirement: Option<&'static Requirement>) -> Self {
        Self {
            requirement,
            route: None,
        }
    }
}

/// The audiences that a requirement accepts, or those that this service accepts without one.
/// Formats them as a list.
pub(super) struct ExpectedAudience<'a> {
    pub(super) resources: &'a Resources,
    pub(super) requirement: Option<&'static Requirement>,
}

/// The audience of an organization token. The id depends on the request.
const ORGANIZATION: &str = "urn:logto:organization:<id>";

impl<'a> ExpectedAudience<'a> {
    /// Returns `None` if nothing is accepted, because the builder does not know the resource.
    pub(super) fn known(&self) -> Option<&Self> {
        let known = self
            .requirement
            .is_none_or(|requirement| self.accepts_any(requirement));
        known.then_some(self)
    }

    fn accepts_any(&self, requirement: &'static Requirement) -> bool {
        match requirement.kind() {
            RequirementKind::OrganizationPermission => true,
            RequirementKind::Alternatives => requirement
                .alternatives()
                .iter()
                .any(|alternative| self.accepts_any(alternative)),
            _ => self.resources.audience_of(requirement).is_ok(),
        }
    }

    fn collect(&self, requirement: &'static Requirement, audiences: &mut Vec<&'a str>) {
        let audience = match requirement.kind() {
            RequirementKind::OrganizationPermission => Some(ORGANIZATION),
            RequirementKind::Alternatives => {
                for alternative in requirement.alternatives() {
                    self.collect(alternative, audiences);
                }
                None
            }
            _ => self.resources.audience_of(requirement).ok(),
        };
        audiences.extend(audience.filter(|audience| !audiences.contains(audience)));
    }
}

impl fmt::Display for ExpectedAudience<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut audiences = Vec::new();
        match self.requirement {
            Some(requirement) => self.collect(requirement, &mut audiences),
            None => {
                let own = self.resources.indicators().iter().map(String::as_str);
                audiences.extend(own.chain([ORGANIZATION]));
            }
        }
        f.write_str(&audiences.join(", "))
    }
}

/// Formats texts as a list.
pub(super) struct List<'a>(pub(super) &'a [&'a str]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}
