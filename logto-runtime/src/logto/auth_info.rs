//! Who calls: what handlers receive once a token has verified.

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
use crate::verify::Verified;

/// The caller of a request, from a verified access token.
///
/// As an extractor it authenticates by itself: any resource of the builder, or an organization's
/// audience. `Option<AuthInfo>` is `None` without an `Authorization` header; a bad token is refused
/// all the same.
///
/// Serialises as `{"sub","clientId","organizationId","scopes","audience"}`, and nothing else.
/// Cloning it copies no text.
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

    /// The `sub` claim: a user's id, or the application's own for a machine.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.verified.subject()
    }

    /// The `client_id` claim: the application that the token was issued to (RFC 9068 §2.2).
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.verified.client_id()
    }

    /// The organization: the one that the audience names, else the `organization_id` claim.
    #[must_use]
    pub fn organization_id(&self) -> Option<&str> {
        self.verified
            .audience_organization()
            .or_else(|| self.verified.organization_claim())
    }

    /// The scopes, in the token's order, none twice.
    pub fn scopes(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.verified.scopes().names(self.verified.text())
    }

    /// Whether the token holds this scope.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.verified.scopes().contains(self.verified.text(), scope)
    }

    /// The `aud` claim.
    pub fn audience(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.verified.audience()
    }

    /// The `iss` claim.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.verified.issuer()
    }

    /// The `iat` claim.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        system_time(self.verified.times().issued_at)
    }

    /// The `exp` claim.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        system_time(self.verified.times().expires_at)
    }

    /// The `jti` claim, unique per token.
    #[must_use]
    pub fn token_id(&self) -> &str {
        self.verified.token_id()
    }

    /// Whether an application calls on its own behalf: Logto's machine-to-machine tokens have the
    /// client as their subject.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.subject() == self.client_id()
    }

    /// Who acts on the subject's behalf: the `sub` of the `act` claim (RFC 8693 §4.1).
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.verified.actor()
    }

    /// The claims as a type of yours, custom ones included.
    ///
    /// # Errors
    ///
    /// A claim that is missing or does not fit the type; the error names it, never its value.
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

/// A time no clock can show becomes the epoch; `exp` and `iat` were judged as numbers before.
fn system_time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}
