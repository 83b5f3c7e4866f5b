//! Turns a reason into a rejection, and logs it once.

use std::sync::{Arc, PoisonError};

use super::Logto;
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
        requirement: Option<&'static Requirement>,
        token: Option<&Arc<Verified>>,
    ) -> Rejection {
        let document = || self.document_for(requirement, token);
        self.reject_at(cause, requirement, document, token)
    }

    /// Rejects a token that does not meet a requirement.
    ///
    /// Answers for the alternative that came closest. The challenge links the metadata of its
    /// resource, or else of the first alternative that has metadata.
    #[cold]
    pub(super) fn reject_unmet(
        &self,
        unmet: Unmet,
        asked: &'static Requirement,
        token: &Arc<Verified>,
    ) -> Rejection {
        let document = || {
            self.document_of(unmet.requirement)
                .or_else(|| self.document_of(asked))
        };
        self.reject_at(unmet.error, Some(unmet.requirement), document, Some(token))
    }

    fn reject_at<'s>(
        &'s self,
        cause: impl Into<Cause>,
        requirement: Option<&'static Requirement>,
        document: impl FnOnce() -> Option<&'s str>,
        token: Option<&Arc<Verified>>,
    ) -> Rejection {
        let render = self.settings().render.clone();
        let rejection =
            Rejection::new(cause, requirement, render).with_metadata_url(self.announced(document));
        let refused = rejection.refused(token.map(|token| token.caller()));
        match rejection.misconfiguration() {
            Some(fault) if self.is_news(fault) => telemetry::misconfigured(&refused),
            _ => telemetry::refused(&refused),
        }
        rejection
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

    /// Records a misconfiguration, and returns whether it was new.
    fn is_news(&self, fault: &Misconfiguration) -> bool {
        let reported = self.shared().reported.lock();
        let mut reported = reported.unwrap_or_else(PoisonError::into_inner);
        let news = !reported.contains(fault);
        if news {
            reported.push(fault.clone());
        }
        news
    }
}
