//! [`TokenBuilder`], which makes valid and invalid tokens.
//!
//! A test chooses the settings of the token. The output is a signed token in the compact form, or an opaque
//! token.
//!
//! - With only the methods before [`claim`](TokenBuilder::claim), a token has the form of a tenant's tokens.
//! - [`claim`](TokenBuilder::claim) and the methods after it can make a token invalid.
//! - The builder does not check whether the tenant would issue the token.
//!
//! This file has the settings. `mint` makes a token from them.

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

/// Builds a token. [`TestTenant::token`](super::TestTenant::token) returns a builder.
///
/// By default, the token is a user's access token for the tenant's first resource, and is valid for
/// an hour. The default scopes of a registered user's token are all scopes of the user for the resource or
/// the organization. Tokens of other users and of machines do not have scopes by default.
///
/// The builder does not check the settings. For example, it accepts a user who is not registered, or who is
/// not a member of the organization. [`claim`](Self::claim) and the methods after it can make invalid tokens.
#[must_use = "call `mint` to make the token"]
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

/// The key that signs the token.
enum Signer {
    /// The tenant's current key.
    Current,
    /// A key of the key set that can sign with this algorithm.
    Listed(Algorithm),
    /// A key that does not belong to the tenant.
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

    /// Sets the subject to a user who signed in with the application `test-app`.
    pub fn user(mut self, id: impl Into<String>) -> Self {
        self.subject = Subject::User {
            id: id.into(),
            client_id: "test-app".to_owned(),
        };
        self
    }

    /// Sets the application with which the user signed in. Does not change the token of a machine.
    #[cfg(feature = "explorer")]
    pub(crate) fn signed_in_with(mut self, client: &str) -> Self {
        if let Subject::User { client_id, .. } = &mut self.subject {
            client.clone_into(client_id);
        }
        self
    }

    /// Sets the subject to a machine-to-machine application. The claims `sub` and `client_id` are its id.
    pub fn client(mut self, id: impl Into<String>) -> Self {
        self.subject = Subject::Machine {
            client_id: id.into(),
        };
        self
    }

    /// Sets the API resource that the token is for.
    pub fn resource(mut self, indicator: impl Into<String>) -> Self {
        self.resource = Some(indicator.into());
        self
    }

    /// Sets the organization.
    ///
    /// With a [`resource`](Self::resource), the organization is the claim `organization_id`.
    /// Without a resource, the token is an organization token, for organization permissions.
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organization = Some(id.into());
        self
    }

    /// Sets the scopes.
    pub fn scopes<I: IntoIterator<Item: Into<String>>>(mut self, scopes: I) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the lifetime of the token. The default is one hour.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets the time of issue. The default is the time on the tenant's clock when the builder was created.
    pub fn issued_at(mut self, at: SystemTime) -> Self {
        self.issued_at = at;
        self
    }

    /// Signs with this algorithm instead of the current key's algorithm.
    ///
    /// Of the keys in the key set, uses the first that was made for this algorithm. For an RSA algorithm
    /// without such a key, uses the first RSA key.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.signer = Signer::Listed(algorithm);
        self
    }

    /// Makes the ID token that is issued together with the access token.
    ///
    /// The ID token is signed with the same key. It has a different `aud`, and its header does not have
    /// `typ`.
    pub fn id_token(mut self) -> Self {
        self.kind = Kind::Id;
        self
    }

    /// Makes an opaque token. Logto issues such a token to a user whose token request has no `resource`.
    pub fn opaque(mut self) -> Self {
        self.kind = Kind::Opaque;
        self
    }

    /// Adds or replaces a claim.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized to JSON.
    #[track_caller]
    pub fn claim(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.claims.set(name.into(), value);
        self
    }

    /// Removes a claim.
    pub fn without_claim(mut self, name: impl Into<String>) -> Self {
        self.claims.remove(name.into());
        self
    }

    /// Replaces the issuer.
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        self.claim("iss", issuer.into())
    }

    /// Replaces the audience. The value can be a string, a list of strings, or an invalid value.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized to JSON.
    #[track_caller]
    pub fn audience(self, audience: impl Serialize) -> Self {
        self.claim("aud", audience)
    }

    /// Adds or replaces a field of the header. The token is still signed with the same key and algorithm.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized to JSON.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.header.set(name.into(), value);
        self
    }

    /// Removes a field of the header.
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.header.remove(name.into());
        self
    }

    /// Signs these bytes as the claims. The bytes do not have to be JSON.
    pub fn raw_claims(mut self, claims: impl Into<Vec<u8>>) -> Self {
        self.claims.replace(claims.into());
        self
    }

    /// Signs these bytes as the header. The bytes do not have to be JSON.
    pub fn raw_header(mut self, header: impl Into<Vec<u8>>) -> Self {
        self.header.replace(header.into());
        self
    }

    /// Signs with a key that does not belong to the tenant. The header has the `kid` of that key.
    pub fn signed_by(mut self, key: &SigningKey) -> Self {
        self.signer = Signer::Foreign(key.clone());
        self
    }

    /// Flips one bit of the signature.
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
