//! Signs the token that a [`TokenBuilder`] describes.

use super::{Kind, Signer, TokenBuilder};
use crate::{
    test_util::{
        claims::{Grant, Subject, Target, random_id},
        fail_test::fail_test,
        jwt::{encode, header},
        signing_key::SigningKey,
    },
    token::algorithm::Algorithm,
};

impl TokenBuilder<'_> {
    /// Makes the token.
    ///
    /// # Panics
    ///
    /// Panics in these cases, unless the token is [`opaque`](Self::opaque):
    ///
    /// - The test sets neither a resource nor an organization, and the tenant's builder did not register a
    ///   resource.
    /// - The key set does not have a key that can sign with the [`algorithm`](Self::algorithm).
    #[must_use]
    #[track_caller]
    pub fn mint(self) -> String {
        if matches!(self.kind, Kind::Opaque) {
            return random_id();
        }
        let issuer = self.tenant.issuer();
        let grant = self.grant();
        let (claims, typ) = match self.kind {
            Kind::Id => (grant.id_claims(&issuer), None),
            Kind::Access | Kind::Opaque => (grant.claims(&issuer), Some("at+jwt")),
        };
        let (key, algorithm) = self.key();
        let header = self.header.apply(header(&key, algorithm, typ));
        let claims = self.claims.apply(claims);
        encode(&key, algorithm, &header, &claims, self.tampered)
    }

    #[track_caller]
    fn grant(&self) -> Grant {
        let first = || self.tenant.directory.resources().next().map(str::to_owned);
        let target = match (self.resource.clone(), self.organization.clone()) {
            (Some(indicator), organization) => Target::Resource {
                indicator,
                organization,
            },
            (None, Some(organization)) => Target::Organization(organization),
            (None, None) => Target::Resource {
                indicator: first().unwrap_or_else(|| {
                    fail_test("the token has no audience; set a `resource` or an `organization`")
                }),
                organization: None,
            },
        };
        Grant {
            scopes: self.scopes.clone().unwrap_or_else(|| self.held(&target)),
            subject: self.subject.clone(),
            target,
            issued_at: self.issued_at,
            lifetime: self.lifetime,
        }
    }

    /// Returns the scopes of the token if the test did not set scopes.
    ///
    /// Logto gives a machine only the scopes that it requests. Without `scopes`, the machine has requested
    /// none. So the list is empty for a machine.
    fn held(&self, target: &Target) -> Vec<String> {
        let directory = &self.tenant.directory;
        match (&self.subject, target) {
            (Subject::Machine { .. }, _) => Vec::new(),
            (Subject::User { id, .. }, Target::Organization(organization)) => {
                directory.user_scopes(id, Some(organization), None)
            }
            (
                Subject::User { id, .. },
                Target::Resource {
                    indicator,
                    organization,
                },
            ) => directory.user_scopes(id, organization.as_deref(), Some(indicator)),
        }
    }

    #[track_caller]
    fn key(&self) -> (SigningKey, Algorithm) {
        let keys = self.tenant.keys();
        match &self.signer {
            Signer::Current => (keys.current().clone(), keys.current().algorithm()),
            Signer::Foreign(key) => (key.clone(), key.algorithm()),
            Signer::Listed(algorithm) => match keys.signing(*algorithm) {
                Some(key) => (key.clone(), *algorithm),
                None => fail_test(format_args!(
                    "no key can sign {algorithm}; call `rotate` or `stage` first"
                )),
            },
        }
    }
}
