//! Turns a reason into a rejection, and logs the rejection.

use std::sync::{Arc, PoisonError};

use super::{
    Logto,
    rejection_context::{ExpectedAudience, List, RejectionContext},
};
use crate::{
    answer::{Rejection, cause::Cause, metadata_url::MetadataUrl},
    decide::{Unmet, misconfiguration::Misconfiguration, resource_of},
    policy::requirement::{Requirement, RequirementKind},
    telemetry::{self, EventContext},
    verify::Verified,
};

impl Logto {
    /// Makes a rejection and logs it.
    #[cold]
    pub(crate) fn reject(
        &self,
        cause: impl Into<Cause>,
        context: RejectionContext<'_>,
        token: Option<&Arc<Verified>>,
    ) -> Rejection {
        let linked = context
            .requirement
            .and_then(|requirement| self.linked(requirement));
        let url = match context.requirement {
            Some(_) => linked.map(|(_, url)| url),
            // An organization token is not for a resource, so the metadata of a resource would not help.
            None if token.is_some_and(|token| token.audience_organization().is_some()) => None,
            None => self.default_url(),
        };
        let rejection = self.rejection(cause, context.requirement, url);
        let rejection = rejection.with_first(match linked {
            Some((linked, _)) => Some(linked),
            None => context.requirement.and_then(with_scopes),
        });
        self.report(&rejection, context, context.requirement, token);
        rejection
    }

    /// Rejects a token that does not meet a requirement.
    ///
    /// The rejection is about the requirement in `unmet`, which can be one of several alternatives. The
    /// challenge links the metadata of that requirement's resource. Without such metadata, the challenge
    /// links the first metadata among the alternatives.
    #[cold]
    pub(crate) fn reject_unmet(
        &self,
        unmet: Unmet,
        context: RejectionContext<'_>,
        token: &Arc<Verified>,
    ) -> Rejection {
        let closest = Some(unmet.requirement);
        let linked = [closest, context.requirement]
            .into_iter()
            .flatten()
            .find_map(|requirement| self.linked(requirement));
        let rejection = self.rejection(unmet.error, closest, linked.map(|(_, url)| url));
        self.report(&rejection, context, closest, Some(token));
        rejection
    }

    /// Makes a rejection without logging it. If the builder announces metadata, the challenge links `url`.
    pub(super) fn rejection(
        &self,
        cause: impl Into<Cause>,
        requirement: Option<&'static Requirement>,
        url: Option<&MetadataUrl>,
    ) -> Rejection {
        let settings = self.settings();
        let announced = url.filter(|_| settings.announces_metadata);
        Rejection::new(cause, requirement, settings.render.clone())
            .with_metadata_url(announced.map(ToString::to_string))
    }

    /// Logs a rejection.
    ///
    /// The rejection is about `requirement`: the requirement of the guard, or one of its alternatives.
    fn report(
        &self,
        rejection: &Rejection,
        context: RejectionContext<'_>,
        requirement: Option<&'static Requirement>,
        token: Option<&Arc<Verified>>,
    ) {
        let alternative = requirement.filter(|_| requirement != context.requirement);
        let audience = ExpectedAudience {
            resources: &self.settings().resources,
            requirement,
        };
        let issuers: Vec<&str> = self.issuers().collect();
        let issuers = List(&issuers);
        let event = EventContext {
            requirement: context.requirement.map(|requirement| requirement as _),
            alternative: alternative.map(|closest| closest as _),
            route: context.route,
            expected_audience: audience.known().map(|known| known as _),
            expected_issuer: Some(&issuers),
        };
        let refused = rejection.refused(event, token.map(|token| token.caller()));
        match rejection.misconfiguration() {
            // Each fault of a route is logged as an error once. Decisions of the explorer are not logged, so
            // they must not mark a fault as reported.
            Some(fault) if !telemetry::is_quiet() && self.mark_reported(fault, context.route) => {
                telemetry::misconfigured(&refused);
            }
            _ => telemetry::refused(&refused),
        }
    }

    /// Returns the requirement, with the metadata URL of its resource. For alternatives, returns the first
    /// alternative that has such a URL.
    ///
    /// Returns `None` for organization permissions, because their tokens are not for a resource. With the
    /// metadata of a resource, a client would get a token that is rejected again.
    fn linked(
        &self,
        requirement: &'static Requirement,
    ) -> Option<(&'static Requirement, &MetadataUrl)> {
        match requirement.kind() {
            RequirementKind::OrganizationPermission => None,
            RequirementKind::Alternatives => requirement
                .alternatives()
                .iter()
                .find_map(|alternative| self.linked(alternative)),
            _ => {
                let resources = &self.settings().resources;
                let indicator = resource_of(requirement, resources).ok()?;
                let indicators = resources.indicators().iter();
                let (_, url) = indicators
                    .zip(self.tenant.metadata_urls())
                    .find(|(known, _)| *known == indicator)?;
                Some((requirement, url.as_ref()?))
            }
        }
    }

    /// Returns the metadata URL of the default resource.
    pub(super) fn default_url(&self) -> Option<&MetadataUrl> {
        self.tenant.metadata_urls().first()?.as_ref()
    }

    /// Marks the misconfiguration of a route as reported. Returns whether this is the first time.
    fn mark_reported(&self, fault: &Misconfiguration, route: Option<&str>) -> bool {
        let reported = self.shared().reported.lock();
        let mut reported = reported.unwrap_or_else(PoisonError::into_inner);
        let is_new = !reported
            .iter()
            .any(|(known, on)| known == fault && on.as_deref() == route);
        if is_new {
            reported.push((fault.clone(), route.map(str::to_owned)));
        }
        is_new
    }
}

/// Returns the requirement if it asks for scopes. For alternatives, returns the first alternative that asks
/// for scopes.
fn with_scopes(requirement: &'static Requirement) -> Option<&'static Requirement> {
    match requirement.scope_expr() {
        Some(_) => Some(requirement),
        None => requirement.alternatives().iter().find_map(with_scopes),
    }
}
