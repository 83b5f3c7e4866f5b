//! Builds a [`Revocations`] from settings.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    Revocations,
    attached::{Attached, SILENT},
    called::Called,
    horizon::Horizon,
    log::{RevocationLog, name::name_of},
    normalised,
    silence::Silence,
    task::follow,
    unasked,
    webhook::meaning::{Handling, RoleChange, UnlistedChange},
};
use crate::{
    clock::{Clock, NoRuntime, current_runtime},
    config::{ConfigError, callable_url, without_query},
    telemetry,
};

/// The shortest limit that a mode of [`Silence`] may have. In a shorter silence, a beat (sign of life) may
/// just be late.
const SHORTEST_SILENCE: Duration = SILENT;

/// The shortest time that `expect_delivery_within` accepts.
const SHORTEST_EXPECTED: Duration = Duration::from_secs(60);

/// How long Logto keeps a sent webhook in its own log, in seconds.
const LOGTO_KEEPS: i64 = 24 * 3_600;

/// The default lifetime of access tokens in Logto.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3_600);

impl Revocations {
    /// Returns a list that is kept in memory only, for tests and demonstrations.
    ///
    /// A restart empties the list, and other replicas do not see it. A warning in the program's log says so.
    #[must_use]
    pub fn in_memory(endpoint: impl Into<String>) -> Self {
        Self::builder(endpoint).build()
    }

    /// Returns a builder for the tenant at this endpoint. Pass the endpoint that
    /// [`Logto::builder`](crate::Logto::builder) gets.
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
    fn new(endpoint: String) -> Self {
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

    /// Sets the longest lifetime of an access token. The Logto console shows a lifetime for each resource.
    /// Pass the longest of them. Default: 1 hour, as in Logto.
    ///
    /// A token that is older than this lifetime plus 10 minutes is refused, because its revocation may have
    /// been forgotten. The list keeps a revocation for this lifetime plus 20 minutes.
    pub fn max_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_token_lifetime = lifetime;
        self
    }

    /// Sets the log that makes revocations outlive a restart and reach other replicas. By default, the
    /// list is kept in memory only.
    pub fn log(mut self, log: impl RevocationLog) -> Self {
        self.log = Some(Box::new(log));
        self
    }

    /// Sets what happens to requests during a silence. During a silence, this process sees no sign of life of
    /// a process that receives webhooks. Default: [`Silence::Serve`]. The other values need a
    /// [`log`](Self::log).
    pub fn when_silent(mut self, silence: Silence) -> Self {
        self.silence = silence;
        self
    }

    /// Sets the longest time between two webhooks, in a process that receives them. By default, this time is
    /// not limited, because Logto sends webhooks only about events, such as the suspension of a user.
    ///
    /// A process that receives webhooks writes beats, its signs of life, to the revocation log. If no webhook
    /// has arrived for this long, the process logs an error, and stops writing beats. Without another process
    /// that writes beats, the [silence](Self::when_silent) begins in all replicas.
    ///
    /// The `Reconciler` of `logto-management` makes Logto send a test call, by default once an hour. Pass
    /// twice that interval. You then notice if Logto cannot reach this process, or if the reconciler cannot
    /// reach Logto. The age of a webhook counts from the time in its body.
    pub fn expect_delivery_within(mut self, time: Duration) -> Self {
        self.expected_within = Some(time);
        self
    }

    /// Does not wait for the log: revoked tokens may pass until the log has been read. By default, requests
    /// with a valid token are answered with 503 until then. The modes of [`Silence`] still apply.
    pub fn start_empty(mut self) -> Self {
        self.start_empty = true;
        self
    }

    /// When a user is removed from an organization, does not revoke those tokens of the user that do not name
    /// an organization.
    ///
    /// Such a token has the scopes of all organizations of the user, so it is revoked by default. Call this
    /// method only if no guard accepts such tokens for data of an organization.
    pub fn members_only(mut self) -> Self {
        self.handling.members_only = true;
        self
    }

    /// Sets what to do about an event that does not list the removed members. Such events are a change of
    /// members without a complete list, and the deletion of an organization. Default:
    /// [`UnlistedChange::RevokeOrganization`].
    pub fn on_unlisted_change(mut self, change: UnlistedChange) -> Self {
        self.handling.unlisted = change;
        self
    }

    /// Sets what to do when roles or scopes change. [`RoleChange`] lists these changes. Default:
    /// [`RoleChange::Log`].
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

    /// Checks the settings, and creates an empty list. With a log, also starts the task that reads the log.
    ///
    /// # Errors
    ///
    /// Fails if a setting is invalid. The error names the first invalid setting, its value, and what to write
    /// instead. With a log, also fails outside a tokio runtime with a timer.
    pub fn start(self) -> Result<Revocations, ConfigError> {
        // Plain http is allowed here. `LogtoBuilder` requires the same endpoint, and decides whether that
        // endpoint may use plain http.
        callable_url(self.endpoint.trim_end_matches('/'), true).map_err(|problem| {
            ConfigError::Endpoint {
                value: without_query(&self.endpoint),
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
        if let Some(limit) = self.silence.limit()
            && self.log.is_none()
        {
            return Err(ConfigError::Setting {
                setting: "when_silent",
                value: format!("{limit:?}"),
                problem: "needs a log, because only readers of a log notice a silence; add `.log(…)`, or \
                          leave this setting out",
            });
        }
        if let Some(within) = self.expected_within
            && (within < SHORTEST_EXPECTED || self.log.is_none())
        {
            return Err(ConfigError::Setting {
                setting: "expect_delivery_within",
                value: format!("{within:?}"),
                problem: "must be at least one minute, and needs a log; write twice the interval of the \
                          reconciler's test call",
            });
        }
        let horizon = Horizon::new(self.max_token_lifetime);
        if horizon.of_entries() > LOGTO_KEEPS {
            telemetry::tokens_outlive_deliveries();
        }
        if self.log.is_none() {
            let list = self.build();
            unasked::note(&list.shared);
            return Ok(list);
        }
        let runtime = current_runtime().map_err(|missing| ConfigError::Setting {
            setting: "log",
            value: "given".to_owned(),
            problem: match missing {
                NoRuntime::Outside => {
                    "a task must read it, so call `start` inside a tokio runtime"
                }
                NoRuntime::WithoutTimer => {
                    "the task that reads it needs a timer; build the tokio runtime with `.enable_all()`"
                }
            },
        })?;
        if self.start_empty {
            telemetry::revocations_start_empty();
        }
        let list = self.build();
        unasked::note(&list.shared);
        runtime.spawn(follow(Arc::downgrade(&list.shared)));
        Ok(list)
    }

    /// Creates the list. Does not check the settings, and does not start the task that reads the log.
    fn build(mut self) -> Revocations {
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
            .field("endpoint", &without_query(&self.endpoint))
            .field("max_token_lifetime", &self.max_token_lifetime)
            .finish_non_exhaustive()
    }
}
