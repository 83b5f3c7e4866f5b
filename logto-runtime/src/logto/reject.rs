//! Turns a reason into a rejection, and logs it once.

use std::sync::{Arc, PoisonError};

use super::{
    Logto,
    asked::{Asked, ExpectedAudience, List},
};
use crate::{
    answer::{Rejection, cause::Cause, metadata_url::MetadataUrl},
    decide::{Unmet, misconfiguration::Misconfiguration},
    policy::requirement::{Requirement, RequirementKind},
    telemetry,
    verify::Verified,
};

impl Logto {
    /// Logs a reason once, and returns the rejection.
    #[cold]
    pub(crate) fn reject(
        &self,
        cause: impl Into<Cause>,
        asked: Asked<'_>,
        token: Option<&Arc<Verified>>,
    ) -> Rejection {
        let linked = asked.requirement.and_then(|asked| self.linked(asked));
        let url = match asked.requirement {
            Some(_) => linked.map(|(_, url)| url),
            // An organization token is not for a resource.
            None if token.is_some_and(|token| token.audience_organization().is_some()) => None,
            None => self.default_url(),
        };
        let rejection = self.rejection(cause, asked.requirement, url);
        let rejection = rejection.with_first(match linked {
            Some((linked, _)) => Some(linked),
            None => asked.requirement.and_then(with_scopes),
        });
        self.report(&rejection, asked, asked.requirement, token);
        rejection
    }

    /// Rejects a token that does not meet a requirement.
    ///
    /// Answers for the alternative that came closest. The challenge links the metadata of its
    /// resource, or else of the first alternative that has metadata.
    #[cold]
    pub(crate) fn reject_unmet(
        &self,
        unmet: Unmet,
        asked: Asked<'_>,
        token: &Arc<Verified>,
    ) -> Rejection {
        let closest = Some(unmet.requirement);
        let linked = [closest, asked.requirement]
            .into_iter()
            .flatten()
            .find_map(|requirement| self.linked(requirement));
        let rejection = self.rejection(unmet.error, closest, linked.map(|(_, url)| url));
        self.report(&rejection, asked, closest, Some(token));
        rejection
    }

    /// The challenge links the URL if the builder announces metadata.
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

    /// `requirement` is the one that the rejection answers for: that which was asked, or one of its
    /// alternatives.
    fn report(
        &self,
        rejection: &Rejection,
        asked: Asked<'_>,
        requirement: Option<&'static Requirement>,
        token: Option<&Arc<Verified>>,
    ) {
        let alternative = requirement.filter(|_| requirement != asked.requirement);
        let audience = ExpectedAudience {
            resources: &self.settings().resources,
            requirement,
        };
        let issuers: Vec<&str> = self.issuers().collect();
        let issuers = List(&issuers);
        let asked = telemetry::Asked {
            requirement: asked.requirement.map(|asked| asked as _),
            alternative: alternative.map(|closest| closest as _),
            route: asked.route,
            expected_audience: audience.known().map(|known| known as _),
            expected_issuer: Some(&issuers),
        };
        let refused = rejection.refused(asked, token.map(|token| token.caller()));
        match rejection.misconfiguration() {
            // The explorer must not use up the one report of a fault.
            Some(fault) if !telemetry::is_quiet() && self.is_news(fault, asked.route) => {
                telemetry::misconfigured(&refused);
            }
            _ => telemetry::refused(&refused),
        }
    }

    /// Returns the requirement whose resource has metadata, and its URL: the given one, or its
    /// first such alternative.
    ///
    /// `None` for organization permissions: their tokens are not for a resource, and a client that
    /// follows the metadata of one would get a token that is rejected again.
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
                let indicator = resources.audience_of(requirement).ok()?;
                let indicators = resources.indicators().iter();
                let (_, url) = indicators
                    .zip(&self.settings().metadata_urls)
                    .find(|(known, _)| *known == indicator)?;
                Some((requirement, url.as_ref()?))
            }
        }
    }

    pub(super) fn default_url(&self) -> Option<&MetadataUrl> {
        self.settings().metadata_urls.first()?.as_ref()
    }

    /// Records the misconfiguration of a route, and returns whether it was new.
    fn is_news(&self, fault: &Misconfiguration, route: Option<&str>) -> bool {
        let reported = self.shared().reported.lock();
        let mut reported = reported.unwrap_or_else(PoisonError::into_inner);
        let news = !reported
            .iter()
            .any(|(known, on)| known == fault && on.as_deref() == route);
        if news {
            reported.push((fault.clone(), route.map(str::to_owned)));
        }
        news
    }
}

/// Returns the requirement that asks for scopes: the given one, or its first such alternative.
fn with_scopes(requirement: &'static Requirement) -> Option<&'static Requirement> {
    match requirement.scope_expr() {
        Some(_) => Some(requirement),
        None => requirement.alternatives().iter().find_map(with_scopes),
    }
}
