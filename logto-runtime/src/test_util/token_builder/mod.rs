//! Tokens: what a tenant would issue, and what it never would.

mod mint;

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use super::{
    claims::{LIFETIME, Subject},
    jwt::Edits,
    signing_key::SigningKey,
    tenant::Tenant,
};
use crate::token::algorithm::Algorithm;

/// Builds a token; [`TestTenant::token`](super::TestTenant::token) begins one.
///
/// Without further ado it is a user's access token for the tenant's first resource, valid for an
/// hour. Nothing is asked of the tenant's clients and memberships: a token says what the test
/// says. Only when it names no scopes, a registered user's token carries all that the user holds.
///
/// The methods after [`claim`](Self::claim) make tokens that no tenant would issue.
#[must_use = "a token exists once `mint` is called"]
pub struct TokenBuilder<'a> {
    tenant: &'a Tenant,
    subject: Subject,
    resource: Option<String>,
    organization: Option<String>,
    scopes: Option<Vec<String>>,
    issued_at: SystemTime,
    lifetime: Duration,
    kind: Kind,
    claims: Edits,
    header: Edits,
    signer: Signer,
    tampered: bool,
}

enum Kind {
    Access,
    Id,
    Opaque,
}

enum Signer {
    Current,
    Listed(Algorithm),
    Foreign(SigningKey),
}

impl<'a> TokenBuilder<'a> {
    pub(super) fn new(tenant: &'a Tenant) -> Self {
        Self {
            tenant,
            subject: Subject::User {
                id: "test-user".to_owned(),
                client_id: "test-app".to_owned(),
            },
            resource: None,
            organization: None,
            scopes: None,
            issued_at: tenant.clock.now(),
            lifetime: LIFETIME,
            kind: Kind::Access,
            claims: Edits::default(),
            header: Edits::default(),
            signer: Signer::Current,
            tampered: false,
        }
    }

    /// Names a user, signed in by the application `test-app`.
    pub fn user(mut self, id: impl Into<String>) -> Self {
        self.subject = Subject::User {
            id: id.into(),
            client_id: "test-app".to_owned(),
        };
        self
    }

    /// Names a machine, which is its own subject.
    pub fn client(mut self, id: impl Into<String>) -> Self {
        self.subject = Subject::Machine {
            client_id: id.into(),
        };
        self
    }

    /// Names the API resource the token is for.
    pub fn resource(mut self, indicator: impl Into<String>) -> Self {
        self.resource = Some(indicator.into());
        self
    }

    /// Names an organization: with a [`resource`](Self::resource), as `organization_id`; without
    /// one, the token is an organization token, for the organization's own permissions.
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organization = Some(id.into());
        self
    }

    /// Grants these scopes.
    pub fn scopes<I: IntoIterator<Item: Into<String>>>(mut self, scopes: I) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Lets the token live this long from its issue.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Issues the token at this time instead of the tenant's now.
    pub fn issued_at(mut self, at: SystemTime) -> Self {
        self.issued_at = at;
        self
    }

    /// Signs with the newest listed key that can make this signature, instead of the current one.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.signer = Signer::Listed(algorithm);
        self
    }

    /// Makes the ID token of the same exchange: same key, another `aud`, no `typ`.
    pub fn id_token(mut self) -> Self {
        self.kind = Kind::Id;
        self
    }

    /// Makes an opaque token, which users get who ask for no resource.
    pub fn opaque(mut self) -> Self {
        self.kind = Kind::Opaque;
        self
    }

    /// Adds or replaces a claim, as a tenant's custom claims script can.
    ///
    /// # Panics
    ///
    /// When the value has no form in JSON.
    #[track_caller]
    pub fn claim(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.claims.set(name.into(), value);
        self
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, name: impl Into<String>) -> Self {
        self.claims.remove(name.into());
        self
    }

    /// Replaces the issuer.
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        self.claim("iss", issuer.into())
    }

    /// Replaces the audience, by a string or a list of them, or by something wrong.
    ///
    /// # Panics
    ///
    /// When the value has no form in JSON.
    #[track_caller]
    pub fn audience(self, audience: impl Serialize) -> Self {
        self.claim("aud", audience)
    }

    /// Adds or replaces a member of the header. The signature stays what it would have been.
    ///
    /// # Panics
    ///
    /// When the value has no form in JSON.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.header.set(name.into(), value);
        self
    }

    /// Leaves a member of the header out.
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.header.remove(name.into());
        self
    }

    /// Signs these bytes as claims, whatever they are.
    pub fn raw_claims(mut self, claims: impl Into<Vec<u8>>) -> Self {
        self.claims.replace(claims.into());
        self
    }

    /// Signs these bytes as header, whatever they are.
    pub fn raw_header(mut self, header: impl Into<Vec<u8>>) -> Self {
        self.header.replace(header.into());
        self
    }

    /// Signs with a key that is not the tenant's, and names its `kid`.
    pub fn signed_by(mut self, key: &SigningKey) -> Self {
        self.signer = Signer::Foreign(key.clone());
        self
    }

    /// Spoils one bit of the signature.
    pub fn tampered(mut self) -> Self {
        self.tampered = true;
        self
    }
}

impl fmt::Debug for TokenBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBuilder")
            .field("subject", &self.subject)
            .field("resource", &self.resource)
            .field("organization", &self.organization)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
