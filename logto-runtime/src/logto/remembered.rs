//! Remembers the verified token in a request, for later guards and extractors of the request.

use std::{mem, sync::Arc};

use http::Extensions;
use smallvec::{SmallVec, smallvec};

use super::{Logto, auth_info::AuthInfo};
use crate::{
    policy::requirement::{OrganizationSource, Requirement, RequirementKind},
    token::access_token::AccessToken,
    verify::Verified,
};

/// The verified tokens of a request, kept in the extensions of the request. The type is private, so that no
/// other code can insert a value.
#[derive(Clone)]
pub(super) struct Remembered {
    first: Record,
    /// Empty unless guards of several `Logto`s check the request.
    others: Vec<Record>,
}

/// The token that a `Logto` has verified. A request has at most one record of each `Logto`.
#[derive(Clone)]
struct Record {
    logto: Logto,
    verified: Arc<Verified>,
    granted: Granted,
}

/// What guards of a request have accepted. Without this memory, a later extractor could reject a request
/// that a guard has accepted.
#[derive(Clone, Default)]
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
    /// Guards with `org = …` in an alternative. The token met another alternative, which does not compare the
    /// organization.
    uncompared: SmallVec<[&'static Requirement; 1]>,
}

impl Remembered {
    /// Returns the given token, if the given `Logto` has verified it.
    pub(super) fn verified(&self, logto: &Logto, token: AccessToken<'_>) -> Option<&Arc<Verified>> {
        let record = self.record(logto, token.as_bytes())?;
        Some(&record.verified)
    }

    fn record(&self, logto: &Logto, token: &[u8]) -> Option<&Record> {
        std::iter::once(&self.first)
            .chain(&self.others)
            .find(|record| record.is_of(logto) && record.verified.token() == token)
    }
}

impl Record {
    fn is_of(&self, logto: &Logto) -> bool {
        Arc::ptr_eq(&self.logto.tenant, &logto.tenant)
    }

    /// Puts the record into the extensions, in place of the record of the same `Logto`. What guards have
    /// accepted for the same token stays.
    fn insert_into(mut self, extensions: &mut Extensions) {
        let Some(memory) = extensions.get_mut::<Remembered>() else {
            extensions.insert(Remembered {
                first: self,
                others: Vec::new(),
            });
            return;
        };
        let mut all = std::iter::once(&mut memory.first).chain(&mut memory.others);
        match all.find(|record| record.is_of(&self.logto)) {
            Some(record) => {
                if record.verified.token() == self.verified.token() {
                    self.granted = self.granted.merge(mem::take(&mut record.granted));
                }
                *record = self;
            }
            None => memory.others.push(self),
        }
    }
}

impl Granted {
    fn is_nothing(&self) -> bool {
        !(self.foreign_audience || self.compared_organization || self.without_organization)
            && self.uncompared.is_empty()
    }

    fn merge(self, mut other: Self) -> Self {
        other.uncompared.extend(self.uncompared);
        Self {
            foreign_audience: self.foreign_audience || other.foreign_audience,
            compared_organization: self.compared_organization || other.compared_organization,
            without_organization: self.without_organization || other.without_organization,
            uncompared: other.uncompared,
        }
    }
}

impl Logto {
    /// Remembers what a guard accepted, so that later extractors do not reject the request.
    #[inline]
    pub(crate) fn remember_grant(
        &self,
        (asked, met): (&'static Requirement, &Requirement),
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
        (asked, met): (&'static Requirement, &Requirement),
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
            uncompared: match !met.wants_organization() && asked.says_where_organization_is() {
                true => smallvec![asked],
                false => SmallVec::new(),
            },
        };
        if granted.is_nothing() {
            return;
        }
        let record = Record {
            logto: self.clone(),
            verified: Arc::clone(auth.verified()),
            granted,
        };
        record.insert_into(extensions);
    }

    /// Whether a guard of this request has accepted an audience that the builder does not know.
    pub(super) fn audience_accepted(&self, auth: &AuthInfo, extensions: &Extensions) -> bool {
        (self.granted(auth, extensions)).is_some_and(|granted| granted.foreign_audience)
    }

    /// Whether a guard with `org = …` has accepted the caller's organization for this request.
    pub(crate) fn organization_compared(&self, auth: &AuthInfo, extensions: &Extensions) -> bool {
        (self.granted(auth, extensions)).is_some_and(|granted| granted.compared_organization)
    }

    /// Returns the places that `org = …` names in those guards of this request that accepted the token by an
    /// alternative without an organization.
    pub(crate) fn uncompared_sources(
        &self,
        auth: &AuthInfo,
        extensions: &Extensions,
    ) -> Vec<OrganizationSource> {
        let guards = self.granted(auth, extensions).map(|it| &it.uncompared[..]);
        let guards = guards.unwrap_or_default().iter();
        guards
            .flat_map(|guard| guard.organization_sources())
            .collect()
    }

    /// Whether a guard on the handler has accepted the token without comparing an organization
    /// (`Granted::without_organization`).
    pub(crate) fn granted_without_organization(
        &self,
        auth: &AuthInfo,
        extensions: &Extensions,
    ) -> bool {
        (self.granted(auth, extensions)).is_some_and(|granted| granted.without_organization)
    }

    fn granted<'a>(&self, auth: &AuthInfo, extensions: &'a Extensions) -> Option<&'a Granted> {
        let memory = extensions.get::<Remembered>()?;
        let record = memory.record(self, auth.verified().token())?;
        Some(&record.granted)
    }

    /// Remembers a token whose signature was just checked. So later guards of this request need not check the
    /// signature again, even if the cache does not keep the token.
    #[cold]
    pub(super) fn remember(&self, verified: &Arc<Verified>, extensions: &mut Extensions) {
        let record = Record {
            logto: self.clone(),
            verified: Arc::clone(verified),
            granted: Granted::default(),
        };
        record.insert_into(extensions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{policy::requirement::ScopeExpr, test_util::TestTenant};

    const IN_TOKEN: Requirement = Requirement::organization_permission(ScopeExpr::One("a"))
        .with_organization(OrganizationSource::Token);

    /// A later guard checks the signature again if it had to wait for keys. Another `Logto` always does.
    #[tokio::test]
    async fn a_new_check_of_the_signature_keeps_what_guards_have_accepted() {
        let tenant = TestTenant::builder()
            .resource("https://api.example.com", ["read"])
            .offline()
            .start();
        let logto = || tenant.logto().build().unwrap();
        let (first, second) = (logto(), logto());
        let verified = async |token: &str| first.verify(token).await.unwrap();
        let acme = verified(&tenant.token().organization("acme").mint()).await;
        let globex = verified(&tenant.token().organization("globex").mint()).await;
        let extensions = &mut Extensions::new();
        first.remember_grant((&IN_TOKEN, &IN_TOKEN), true, &acme, extensions);
        for logto in [&first, &second] {
            logto.remember(acme.verified(), extensions);
            assert!(first.organization_compared(&acme, extensions));
            assert!(!second.organization_compared(&acme, extensions));
        }
        assert!(!first.organization_compared(&globex, extensions));
        // Another token of the same `Logto` replaces the first one.
        first.remember(globex.verified(), extensions);
        assert!(!first.organization_compared(&acme, extensions));
        assert!(!first.organization_compared(&globex, extensions));
    }
}
