//! Builds a [`Revocations`] from settings.

use std::{fmt, time::Duration};

use super::{
    Revocations,
    horizon::Horizon,
    webhook::meaning::{Handling, RoleChange, UnlistedChange},
};
use crate::{
    clock::Clock,
    config::{ConfigError, callable_url, without_credentials},
};

/// The lifetime of access tokens that Logto sets by default.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3_600);

impl Revocations {
    /// Returns a list that is kept in memory only, for tests and demonstrations.
    ///
    /// A restart forgets it, and other replicas do not see it. One warning in the log says so.
    #[must_use]
    pub fn in_memory(endpoint: impl Into<String>) -> Self {
        Self::builder(endpoint).in_memory()
    }

    /// Returns a builder for the tenant at this endpoint, the same as that of
    /// [`Logto::builder`](crate::Logto::builder).
    pub fn builder(endpoint: impl Into<String>) -> RevocationsBuilder {
        RevocationsBuilder::new(endpoint.into())
    }
}

/// The settings of a [`Revocations`]. Created by [`Revocations::builder`].
#[must_use = "call `.start()`"]
pub struct RevocationsBuilder {
    endpoint: String,
    max_token_lifetime: Duration,
    handling: Handling,
    clock: Option<Clock>,
}

impl RevocationsBuilder {
    pub(super) fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            max_token_lifetime: DEFAULT_LIFETIME,
            handling: Handling::default(),
            clock: None,
        }
    }

    /// Sets the longest lifetime of an access token that the Logto console has for any resource.
    /// Default: 1 hour, which is Logto's default too.
    ///
    /// A token that is older than this and 10 minutes is refused, because a revocation of it may have
    /// been forgotten. Entries are kept for 20 minutes longer than this.
    pub fn max_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_token_lifetime = lifetime;
        self
    }

    /// Leaves the tokens of a removed member that do not name an organization.
    ///
    /// By default they are revoked too, because they carry the scopes of all organizations of the
    /// user. Leave them only if no guard accepts such tokens for data of organizations.
    pub fn members_only(mut self) -> Self {
        self.handling.members_only = true;
        self
    }

    /// Sets what to do about a change of members that does not say who was removed. Default:
    /// [`UnlistedChange::RevokeOrganization`].
    pub fn on_unlisted_change(mut self, change: UnlistedChange) -> Self {
        self.handling.unlisted = change;
        self
    }

    /// Sets what to do when the scopes of a role change. Default: [`RoleChange::Log`].
    pub fn on_role_change(mut self, change: RoleChange) -> Self {
        self.handling.roles = change;
        self
    }

    /// Sets the clock, for tests.
    #[cfg(feature = "test-util")]
    #[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
    pub fn clock(
        mut self,
        now: impl Fn() -> std::time::SystemTime + Send + Sync + 'static,
    ) -> Self {
        self.clock = Some(Clock::driven_by(now));
        self
    }

    /// Checks the settings and starts with an empty list.
    ///
    /// # Errors
    ///
    /// Fails with the first invalid setting, its value and what to write instead.
    pub fn start(self) -> Result<Revocations, ConfigError> {
        // `Logto::builder` says whether plain http is allowed, and compares the endpoints.
        callable_url(self.endpoint.trim_end_matches('/'), true).map_err(|problem| {
            ConfigError::Endpoint {
                value: without_credentials(&self.endpoint),
                problem,
            }
        })?;
        if self.max_token_lifetime.is_zero() {
            return Err(ConfigError::Setting {
                setting: "max_token_lifetime",
                value: format!("{:?}", self.max_token_lifetime),
                problem: "must be longer than zero; write the longest lifetime of the Logto console",
            });
        }
        Ok(self.in_memory())
    }

    pub(super) fn in_memory(self) -> Revocations {
        Revocations::new(
            &self.endpoint,
            Horizon::new(self.max_token_lifetime),
            self.handling,
            self.clock.unwrap_or_else(Clock::system),
        )
    }
}

impl fmt::Debug for RevocationsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationsBuilder")
            .field("endpoint", &without_credentials(&self.endpoint))
            .field("max_token_lifetime", &self.max_token_lifetime)
            .finish_non_exhaustive()
    }
}
