//! [`AuthInfo`], the caller that handlers receive once the token is verified.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Serialize, Serializer, de::DeserializeOwned, ser::SerializeStruct};

use super::{
    Logto,
    custom_claims::{self, ClaimsError},
};
use crate::{telemetry, verify::Verified};

/// The caller of a request, from a verified access token.
///
/// As an extractor, `AuthInfo` authenticates a request without a guard. It accepts tokens for any resource
/// of the builder and for any organization. It also accepts an audience that a guard of the request has
/// accepted.
///
/// `Option<AuthInfo>` is `None` if all places in which the [`Logto`](crate::Logto) looks for a token are
/// empty. By default, the only place is the `Authorization` header.
/// [`token_source`](crate::LogtoBuilder::token_source) sets other places. `AuthInfo` and
/// `Option<AuthInfo>` reject a bad token.
///
/// Serializes as an object with the fields `sub`, `clientId`, `organizationId`, `scopes` and `audience`.
/// Cloning does not copy any text.
#[derive(Clone)]
pub struct AuthInfo {
    verified: Arc<Verified>,
    logto: Logto,
}

impl AuthInfo {
    pub(crate) fn new(verified: Arc<Verified>, logto: Logto) -> Self {
        Self { verified, logto }
    }

    pub(crate) fn verified(&self) -> &Arc<Verified> {
        &self.verified
    }

    pub(crate) fn logto(&self) -> &Logto {
        &self.logto
    }

    /// Reports a granted request. Call this after the last check. Otherwise, a refused request could be
    /// reported as granted, too.
    #[inline]
    pub(crate) fn report_granted(&self) {
        telemetry::granted(|| self.verified.caller());
    }

    /// Returns the `sub` claim: the id of the user. For a machine (an M2M application), this is the id of the
    /// application.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.verified.subject()
    }

    /// Returns the `client_id` claim: the application that the token was issued to (RFC 9068 §2.2).
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.verified.client_id()
    }

    /// Returns the organization that the audience names, or else the `organization_id` claim.
    #[must_use]
    pub fn organization_id(&self) -> Option<&str> {
        self.verified
            .audience_organization()
            .or_else(|| self.verified.organization_claim())
    }

    /// Returns the scopes in the order of the token, without duplicates.
    pub fn scopes(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.verified.scopes().names(self.verified.text())
    }

    /// Returns whether the token has this scope.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.verified.scopes().contains(self.verified.text(), scope)
    }

    /// Returns the `aud` claim.
    pub fn audience(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.verified.audience()
    }

    /// Returns the `iss` claim.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.verified.issuer()
    }

    /// Returns the `iat` claim.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        system_time(self.verified.times().issued_at)
    }

    /// Returns the `exp` claim.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        system_time(self.verified.times().expires_at)
    }

    /// Returns the `jti` claim, which is unique per token.
    #[must_use]
    pub fn token_id(&self) -> &str {
        self.verified.token_id()
    }

    /// Returns whether the caller is a machine (an M2M application) and not a user.
    ///
    /// In Logto's machine-to-machine tokens, the subject is the client.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.subject() == self.client_id()
    }

    /// Returns the id of the actor that acts for the subject: the `sub` in the `act` claim (RFC 8693 §4.1).
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.verified.actor()
    }

    /// Deserializes the claims, including custom claims, into your own type.
    ///
    /// # Errors
    ///
    /// Fails if a claim is missing or does not fit the type. The error names the claim, never its
    /// value.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, ClaimsError> {
        custom_claims::read(&self.verified)
    }
}

impl Serialize for AuthInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("AuthInfo", 5)?;
        object.serialize_field("sub", self.subject())?;
        object.serialize_field("clientId", self.client_id())?;
        object.serialize_field("organizationId", &self.organization_id())?;
        object.serialize_field("scopes", &self.scopes().collect::<Vec<_>>())?;
        object.serialize_field("audience", &self.audience().collect::<Vec<_>>())?;
        object.end()
    }
}

impl fmt::Debug for AuthInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthInfo")
            .field("subject", &self.subject())
            .field("client_id", &self.client_id())
            .field("organization_id", &self.organization_id())
            .finish_non_exhaustive()
    }
}

/// Converts seconds since the epoch. A time that `SystemTime` can't represent becomes the epoch. The checks
/// of `exp` and `iat` compare the seconds, so they are not affected.
fn system_time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}
