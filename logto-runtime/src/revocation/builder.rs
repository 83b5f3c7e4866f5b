//! Builds a [`Revocations`] from settings.

use std::{fmt, sync::Arc, time::Duration};

use tokio::runtime::Handle;

use super::{
    Revocations,
    attached::{Attached, SILENT},
    called::Called,
    follow::follow,
    horizon::Horizon,
    log::{RevocationLog, name::name_of},
    normalised,
    silence::Silence,
    unasked,
    webhook::meaning::{Handling, RoleChange, UnlistedChange},
};
use crate::{
    clock::Clock,
    config::{ConfigError, callable_url, without_credentials},
    telemetry,
};

/// The shortest silence that can be told from a slow beat.
const SHORTEST_SILENCE: Duration = SILENT;

/// The shortest time between two webhooks that can be expected.
const SHORTEST_EXPECTED: Duration = Duration::from_secs(60);

/// How long Logto keeps its log of deliveries, in seconds.
const LOGTO_KEEPS: i64 = 24 * 3_600;

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
    log: Option<Box<dyn RevocationLog>>,
    silence: Silence,
    start_empty: bool,
    expected_within: Option<Duration>,
    clock: Option<Clock>,
}

impl RevocationsBuilder {
    pub(super) fn new(endpoint: String) -> Self {
        Self {
            endpoint,
            max_token_lifetime: DEFAULT_LIFETIME,
            handling: Handling::default(),
            log: None,
            silence: Silence::Serve,
            start_empty: false,
            expected_within: None,
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

    /// Sets the log that makes revocations outlive a restart, and reach other replicas. Default: none,
    /// the list is kept in memory only.
    pub fn log(mut self, log: impl RevocationLog) -> Self {
        self.log = Some(Box::new(log));
        self
    }

    /// Sets what happens to requests while nothing is heard from the processes that receive webhooks.
    /// Default: [`Silence::Serve`].
    pub fn when_silent(mut self, silence: Silence) -> Self {
        self.silence = silence;
        self
    }

    /// Sets the longest time between two webhooks of Logto, in a process that receives them. If none has
    /// arrived for this long, the process stops its beat: all replicas count as
    /// [silent](Self::when_silent), and an error in the log says why. Default: any time, because Logto
    /// sends nothing on a day on which nobody is suspended.
    ///
    /// Set it to twice the interval of the test call that the `Reconciler` of `logto-management` lets
    /// Logto send once an hour. Then nobody can cut Logto off from this process, and from the
    /// reconciler, without notice. A delivery counts from the time that it contains.
    pub fn expect_delivery_within(mut self, time: Duration) -> Self {
        self.expected_within = Some(time);
        self
    }

    /// Serves before the log has been read. Somebody who was revoked before the start may then pass
    /// for a moment. Default: requests are answered with 503 until it has been read.
    pub fn start_empty(mut self) -> Self {
        self.start_empty = true;
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

    /// Checks the settings, starts with an empty list, and starts the task that reads the log.
    ///
    /// # Errors
    ///
    /// Fails with the first invalid setting, its value and what to write instead, and if there is a log
    /// but not a tokio runtime.
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
        if let Some(limit) = self.silence.limit()
            && limit < SHORTEST_SILENCE
        {
            return Err(ConfigError::Setting {
                setting: "when_silent",
                value: format!("{limit:?}"),
                problem: "must be at least 15 s, since a process that receives webhooks says every 5 s \
                          that it is alive",
            });
        }
        if let Some(within) = self.expected_within
            && (within < SHORTEST_EXPECTED || self.log.is_none())
        {
            return Err(ConfigError::Setting {
                setting: "expect_delivery_within",
                value: format!("{within:?}"),
                problem: "needs a log, whose replicas count as silent, and at least one minute; write \
                          twice the interval of the reconciler's test call",
            });
        }
        let horizon = Horizon::new(self.max_token_lifetime);
        if horizon.of_entries() > LOGTO_KEEPS {
            telemetry::tokens_outlive_deliveries();
        }
        if self.log.is_none() {
            let list = self.in_memory();
            unasked::note(&list.shared);
            return Ok(list);
        }
        let Ok(runtime) = Handle::try_current() else {
            return Err(ConfigError::Setting {
                setting: "log",
                value: "given".to_owned(),
                problem: "a task must read it, so call `start` inside a tokio runtime",
            });
        };
        if self.start_empty {
            telemetry::revocations_start_empty();
        }
        let list = self.in_memory();
        unasked::note(&list.shared);
        runtime.spawn(follow(Arc::downgrade(&list.shared)));
        Ok(list)
    }

    pub(super) fn in_memory(mut self) -> Revocations {
        let horizon = Horizon::new(self.max_token_lifetime);
        if let Some(log) = &mut self.log {
            log.set_up(&name_of(&normalised(&self.endpoint)), horizon.of_log());
        }
        Revocations::new(
            &self.endpoint,
            horizon,
            self.handling,
            self.clock.unwrap_or_else(Clock::system),
            Called::new(self.expected_within),
            (self.log).map(|log| Attached::new(log, self.silence, self.start_empty)),
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
