//! What a request remembers about its caller between one guard and the next.

use std::sync::Arc;

use http::Extensions;

use super::{Logto, auth_info::AuthInfo};
use crate::{
    policy::requirement::{OrganizationSource, Requirement},
    token::access_token::AccessToken,
    verify::Verified,
};

/// The verified token of a request, kept in its extensions. The type is private, so that no other
/// code can insert one.
#[derive(Clone)]
pub(super) struct Remembered {
    logto: Logto,
    pub(super) verified: Arc<Verified>,
    /// Whether a guard accepted an audience that the builder does not know.
    audience_accepted: bool,
    /// Whether a guard compared the organization where its `org` says.
    organization_compared: bool,
}

impl Remembered {
    /// Whether this `Logto` verified this token.
    pub(super) fn is_of(&self, logto: &Logto, token: AccessToken<'_>) -> bool {
        Arc::ptr_eq(&self.logto.tenant, &logto.tenant) && self.verified.token() == token.as_bytes()
    }
}

impl Logto {
    /// Remembers what a guard accepted, so that later extractors do not reject it.
    ///
    /// Only needed if the guard names a resource that the builder does not know, or has an `org`.
    #[inline]
    pub(crate) fn remember_grant(
        &self,
        met: &Requirement,
        auth: &AuthInfo,
        extensions: &mut Extensions,
    ) {
        if met.resource().is_some() || met.organization() != OrganizationSource::Route {
            self.remember_what_was_accepted(met, auth, extensions);
        }
    }

    fn remember_what_was_accepted(
        &self,
        met: &Requirement,
        auth: &AuthInfo,
        extensions: &mut Extensions,
    ) {
        let foreign_audience = met
            .resource()
            .filter(|resource| resource.contains(':'))
            .is_some_and(|resource| !self.settings().resources.contains(resource));
        let own_organization_source =
            met.wants_organization() && met.organization() != OrganizationSource::Route;
        if !foreign_audience && !own_organization_source {
            return;
        }
        let before = self.remembered(auth, extensions);
        let granted = Remembered {
            logto: self.clone(),
            verified: Arc::clone(auth.verified()),
            audience_accepted: foreign_audience
                || before.is_some_and(|memory| memory.audience_accepted),
            organization_compared: own_organization_source
                || before.is_some_and(|memory| memory.organization_compared),
        };
        extensions.insert(granted);
    }

    /// Whether a guard of this request has accepted an audience that the builder does not know.
    pub(super) fn audience_accepted(&self, auth: &AuthInfo, extensions: &Extensions) -> bool {
        self.remembered(auth, extensions)
            .is_some_and(|memory| memory.audience_accepted)
    }

    /// Whether a guard of this request has compared the caller's organization where its `org` says.
    pub(crate) fn organization_compared(&self, auth: &AuthInfo, extensions: &Extensions) -> bool {
        self.remembered(auth, extensions)
            .is_some_and(|memory| memory.organization_compared)
    }

    fn remembered<'e>(
        &self,
        auth: &AuthInfo,
        extensions: &'e Extensions,
    ) -> Option<&'e Remembered> {
        let token = AccessToken::new(auth.verified().token());
        extensions
            .get::<Remembered>()
            .filter(|memory| memory.is_of(self, token))
    }

    /// Remembers a token whose signature was just checked. The cache may not keep the token, and
    /// this request must not check the signature again.
    #[cold]
    pub(super) fn remember(&self, verified: &Arc<Verified>, extensions: &mut Extensions) {
        extensions.insert(Remembered {
            logto: self.clone(),
            verified: Arc::clone(verified),
            audience_accepted: false,
            organization_compared: false,
        });
    }
}
