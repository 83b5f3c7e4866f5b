//! From a cause to the answer, told once.

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
    /// Logs a refusal, once, and makes it an answer.
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

    /// Of alternatives the answer is that of the nearest, and any of a resource has a document.
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

    /// Looked for only where metadata is announced.
    fn announced<'s>(&self, resource: impl FnOnce() -> Option<&'s str>) -> Option<String> {
        self.settings()
            .announces_metadata
            .then(resource)
            .flatten()
            .and_then(metadata_url::url_of)
    }

    /// The resource whose document helps a caller who was refused.
    fn document_for(
        &self,
        requirement: Option<&Requirement>,
        token: Option<&Arc<Verified>>,
    ) -> Option<&str> {
        match requirement {
            Some(requirement) => self.document_of(requirement),
            // An organization's token is of no resource.
            None if token.is_some_and(|token| token.audience_organization().is_some()) => None,
            None => self.settings().resources.default_indicator(),
        }
    }

    /// None for an organization's permissions: a token for them is of no resource, and the document
    /// of one would lead back here.
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
