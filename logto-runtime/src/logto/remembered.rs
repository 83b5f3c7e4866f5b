//! Remembers the verified token in a request, for later guards and extractors of the request.

use std::sync::Arc;

use http::Extensions;

use super::{Logto, auth_info::AuthInfo};
use crate::{
    policy::requirement::{OrganizationSource, Requirement, RequirementKind},
    token::access_token::AccessToken,
    verify::Verified,
};

/// The verified token of a request, kept in the extensions of the request. The type is private, so that no
/// other code can insert a value.
#[derive(Clone)]
pub(super) struct Remembered {
    logto: Logto,
    pub(super) verified: Arc<Verified>,
    granted: Granted,
}

/// What guards of a request have accepted. Without this memory, a later extractor could reject a request
/// that a guard has accepted.
#[derive(Clone, Copy, Default)]
struct Granted {
    /// Whether a guard has accepted an audience that the builder does not know.
    foreign_audience: bool,
    /// Whether a guard with `org = …` has accepted the organization of the token for this request.
    compared_organization: bool,
    /// Whether a guard on the handler has accepted the token without comparing an organization. True only in
    /// two cases:
    ///
    /// - The requirement that the token met has `org = any`.
    /// - One alternative of the guard is about an organization, but the token met one that is not.
    without_organization: bool,
}

impl Remembered {
    /// Whether this is the given token, and the given `Logto` verified it.
    pub(super) fn is_of(&self, logto: &Logto, token: AccessToken<'_>) -> bool {
        Arc::ptr_eq(&self.logto.tenant, &logto.tenant) && self.verified.token() == token.as_bytes()
    }
}

impl Granted {
    fn is_nothing(self) -> bool {
        !(self.foreign_audience || self.compared_organization || self.without_organization)
    }

    fn merge(self, other: Self) -> Self {
        Self {
            foreign_audience: self.foreign_audience || other.foreign_audience,
            compared_organization: self.compared_organization || other.compared_organization,
            without_organization: self.without_organization || other.without_organization,
        }
    }
}

impl Logto {
    /// Remembers what a guard accepted, so that later extractors do not reject the request.
    #[inline]
    pub(crate) fn remember_grant(
        &self,
        (asked, met): (&Requirement, &Requirement),
        on_handler: bool,
        auth: &AuthInfo,
        extensions: &mut Extensions,
    ) {
        // Most requirements meet none of these conditions. Then there is nothing to remember.
        if met.resource().is_some()
            || met.organization() != OrganizationSource::Route
            || asked.kind() == RequirementKind::Alternatives
        {
            self.remember_what_was_granted((asked, met), on_handler, auth, extensions);
        }
    }

    fn remember_what_was_granted(
        &self,
        (asked, met): (&Requirement, &Requirement),
        on_handler: bool,
        auth: &AuthInfo,
        extensions: &mut Extensions,
    ) {
        let foreign = |resource: &str| {
            resource.contains(':') && !self.settings().resources.contains(resource)
        };
        let source = met.organization();
        let granted = Granted {
            foreign_audience: met.resource().is_some_and(foreign),
            compared_organization: met.wants_organization() && source != OrganizationSource::Route,
            // A layer does not know whether the handlers behind it expect a token without an
            // organization.
            without_organization: on_handler
                && !met.wants_organization()
                && (source == OrganizationSource::Any || asked.is_about_organizations()),
        };
        if granted.is_nothing() {
            return;
        }
        let before = self.remembered(auth, extensions);
        let remembered = Remembered {
            logto: self.clone(),
            verified: Arc::clone(auth.verified()),
            granted: granted.merge(before.map(|memory| memory.granted).unwrap_or_default()),
        };
        extensions.insert(remembered);
    }

    /// Whether a guard of this request has accepted an audience that the builder does not know.
    pub(super) fn audience_accepted(&self, auth: &AuthInfo, extensions: &Extensions) -> bool {
        self.granted(auth, extensions).foreign_audience
    }

    /// Whether a guard with `org = …` has accepted the caller's organization for this request.
    pub(crate) fn organization_compared(&self, auth: &AuthInfo, extensions: &Extensions) -> bool {
        self.granted(auth, extensions).compared_organization
    }

    /// Whether a guard on the handler has accepted the token without comparing an organization
    /// (`Granted::without_organization`).
    pub(crate) fn granted_without_organization(
        &self,
        auth: &AuthInfo,
        extensions: &Extensions,
    ) -> bool {
        self.granted(auth, extensions).without_organization
    }

    fn granted(&self, auth: &AuthInfo, extensions: &Extensions) -> Granted {
        let memory = self.remembered(auth, extensions);
        memory.map(|memory| memory.granted).unwrap_or_default()
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

    /// Remembers a token whose signature was just checked. So later guards of this request need not check the
    /// signature again, even if the cache does not keep the token.
    #[cold]
    pub(super) fn remember(&self, verified: &Arc<Verified>, extensions: &mut Extensions) {
        extensions.insert(Remembered {
            logto: self.clone(),
            verified: Arc::clone(verified),
            granted: Granted::default(),
        });
    }
}
