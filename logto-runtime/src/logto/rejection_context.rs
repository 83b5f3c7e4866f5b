//! [`RejectionContext`], the requirement and the route of a rejection and of its log event.

use std::fmt;

use axum::extract::MatchedPath;
use http::Extensions;

use crate::{
    config::Resources,
    decide::resource_of,
    policy::requirement::{Requirement, RequirementKind},
};

/// The requirement of the guard, and the matched route.
#[derive(Clone, Copy)]
pub(crate) struct RejectionContext<'a> {
    pub(super) requirement: Option<&'static Requirement>,
    pub(super) route: Option<&'a str>,
}

impl<'a> RejectionContext<'a> {
    /// Creates the context of a check in a request. axum's router puts the matched route into the
    /// extensions.
    pub(crate) fn in_request(
        requirement: Option<&'static Requirement>,
        extensions: &'a Extensions,
    ) -> Self {
        Self::on_route(requirement, extensions.get())
    }

    /// Creates the context of a check on a matched route, without the extensions of the request.
    pub(super) fn on_route(
        requirement: Option<&'static Requirement>,
        route: Option<&'a MatchedPath>,
    ) -> Self {
        Self {
            requirement,
            route: route.map(MatchedPath::as_str),
        }
    }

    /// Creates the context of a check outside a request. Such a check does not have a route.
    pub(crate) fn outside(requirement: Option<&'static Requirement>) -> Self {
        Self {
            requirement,
            route: None,
        }
    }
}

/// The audiences that a requirement accepts. Without a requirement: every resource of the builder, and every
/// organization. Displays as a list with commas.
pub(super) struct ExpectedAudience<'a> {
    pub(super) resources: &'a Resources,
    pub(super) requirement: Option<&'static Requirement>,
}

/// The audience of an organization token. `<id>` stands for the id of the organization.
const ORGANIZATION: &str = "urn:logto:organization:<id>";

impl<'a> ExpectedAudience<'a> {
    /// Returns `self`. Returns `None` if no audience meets the requirement, because the builder does not
    /// know the resource names in it.
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
            _ => resource_of(requirement, self.resources).is_ok(),
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
            _ => resource_of(requirement, self.resources).ok(),
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

/// Displays texts as a list with commas.
pub(super) struct List<'a>(pub(super) &'a [&'a str]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}
