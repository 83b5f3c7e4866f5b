//! Turns a reason into a rejection, and logs it once.

use std::sync::{Arc, PoisonError};

use super::{
    Logto,
    asked::{Asked, ExpectedAudience, List},
};
use crate::{
    answer::{Rejection, cause::Cause, metadata_url},
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
        let document = || self.document_for(asked.requirement, token);
        self.reject_at(cause, asked, asked.requirement, document, token)
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
        let document = || {
            let of = |requirement| self.document_of(requirement);
            closest
                .and_then(of)
                .or_else(|| asked.requirement.and_then(of))
        };
        self.reject_at(unmet.error, asked, closest, document, Some(token))
    }

    /// `requirement` is the one that the rejection answers for: that which was asked, or one of its
    /// alternatives.
    fn reject_at<'s>(
        &'s self,
        cause: impl Into<Cause>,
        asked: Asked<'_>,
        requirement: Option<&'static Requirement>,
        document: impl FnOnce() -> Option<&'s str>,
        token: Option<&Arc<Verified>>,
    ) -> Rejection {
        let render = self.settings().render.clone();
        let rejection =
            Rejection::new(cause, requirement, render).with_metadata_url(self.announced(document));
        self.report(&rejection, asked, requirement, token);
        rejection
    }

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
        let issuers = List(&self.verifier().expected.issuers);
        let asked = telemetry::Asked {
            requirement: asked.requirement.map(|asked| asked as _),
            alternative: alternative.map(|closest| closest as _),
            route: asked.route,
            expected_audience: audience.known().map(|known| known as _),
            expected_issuer: Some(&issuers),
        };
        let refused = rejection.refused(asked, token.map(|token| token.caller()));
        match rejection.misconfiguration() {
            Some(fault) if self.is_news(fault, asked.route) => telemetry::misconfigured(&refused),
            _ => telemetry::refused(&refused),
        }
    }

    /// Returns the metadata URL for the challenge. Looks for the resource only if the builder
    /// announces metadata.
    fn announced<'s>(&self, resource: impl FnOnce() -> Option<&'s str>) -> Option<String> {
        self.settings()
            .announces_metadata
            .then(resource)
            .flatten()
            .and_then(metadata_url::url_of)
    }

    /// Returns the resource whose metadata helps the rejected caller.
    fn document_for(
        &self,
        requirement: Option<&Requirement>,
        token: Option<&Arc<Verified>>,
    ) -> Option<&str> {
        match requirement {
            Some(requirement) => self.document_of(requirement),
            // An organization token is not for a resource.
            None if token.is_some_and(|token| token.audience_organization().is_some()) => None,
            None => self.settings().resources.default_indicator(),
        }
    }

    /// Returns the resource of a requirement if this service serves its metadata.
    ///
    /// `None` for organization permissions: their tokens are not for a resource, and a client that
    /// follows the metadata of one would get a token that is rejected again.
    fn document_of(&self, requirement: &Requirement) -> Option<&str> {
        let resources = &self.settings().resources;
        match requirement.kind() {
            RequirementKind::OrganizationPermission => None,
            RequirementKind::Alternatives => requirement
                .alternatives()
                .iter()
                .find_map(|alternative| self.document_of(alternative)),
            _ => {
                let indicator = resources.audience_of(requirement).ok()?;
                let mut served = resources.indicators().iter();
                served
                    .find(|served| *served == indicator)
                    .map(String::as_str)
            }
        }
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
