//! From a cause to the answer, told once.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use super::Logto;
use crate::{
    Rejection,
    misconfiguration::Misconfiguration,
    rejection::Cause,
    requirement::{Requirement, RequirementKind},
    resource_metadata, telemetry,
    verify::Verified,
};

impl Logto {
    /// Logs a refusal, once, and makes it an answer.
    pub(crate) fn reject(
        &self,
        cause: impl Into<Cause>,
        requirement: Option<&'static Requirement>,
        token: Option<&Arc<Verified>>,
    ) -> Rejection {
        let render = self.shared.settings.render.clone();
        let rejection = Rejection::new(cause, requirement, render)
            .with_metadata_url(self.metadata_url(requirement));
        match rejection.misconfiguration() {
            Some(fault) if self.is_news(fault) => telemetry::misconfigured(&rejection, fault),
            _ => telemetry::refused(&rejection, token.map(|token| &**token)),
        }
        rejection
    }

    pub(crate) fn announce_metadata(&self) {
        self.shared
            .announces_metadata
            .store(true, Ordering::Relaxed);
    }

    fn metadata_url(&self, requirement: Option<&Requirement>) -> Option<String> {
        if !self.shared.announces_metadata.load(Ordering::Relaxed) {
            return None;
        }
        let resources = &self.shared.settings.resources;
        let audience = match requirement {
            // A token for these is of no resource; the document of one would lead back here.
            Some(requirement) if requirement.kind() == RequirementKind::OrganizationPermission => {
                return None;
            }
            Some(requirement) => resources.audience_of(requirement).ok(),
            None => resources.default_indicator(),
        };
        audience.and_then(resource_metadata::url_of)
    }

    fn is_news(&self, fault: &Misconfiguration) -> bool {
        let reported = self.shared.reported.lock();
        let mut reported = reported.unwrap_or_else(PoisonError::into_inner);
        let news = !reported.contains(fault);
        if news {
            reported.push(fault.clone());
        }
        news
    }
}
