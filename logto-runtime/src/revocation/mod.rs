//! Refuses tokens that were revoked, for example because their user was suspended.
//!
//! A list has an entry for each revocation. Entries come from Logto's webhooks, from operators, and from a
//! `Reconciler`, which reads Logto's own log of webhook deliveries. Entries of other processes come from the
//! log of revocations.
//!
//! - An entry has a *target* (whose tokens) and a `not_before` (a time). It refuses a token of its target if
//!   the token's `iat` is smaller than `not_before`, without leeway. An entry for one `jti` refuses its token
//!   at any `iat`.
//! - The list keeps the greatest `not_before` for each target. Nothing lifts an entry, and the order of
//!   entries does not matter.
//! - Every request checks whether its token is revoked, even if the token is cached. A token that was found
//!   clean (not revoked) is looked up in the list again only after entries were added.
//! - An entry is *over* when `max_token_lifetime` and 20 minutes have passed since its `not_before`. It is
//!   then removed. The tokens that it could refuse are then older than `max_token_lifetime` plus ten minutes.
//!   The verifier of a `Logto` with a list refuses all tokens of this age.
//! - A log keeps the entries over a restart, and passes them on to other replicas. Each replica applies all
//!   entries of the log. If the log loses entries, replicas with write access append them again.
//! - A process that receives webhooks writes a *beat* to the log every five seconds. A *silence* is a time
//!   in which a replica sees no new beat. The enum `Silence` says how requests are answered during a silence.
//!
//! Files, in reading order:
//!
//! - the entries: `target.rs` (whose tokens), `horizon.rs` (the times), `id.rs` (which ids are valid),
//!   `record.rs` and `list.rs`
//! - this file, and `entries.rs` (how entries arrive)
//! - the check of a request: `refusal.rs`, `revoked.rs`, and `generation.rs` with `sync.rs` (when a token is
//!   looked up again)
//! - the log: `log/`, `attached.rs` (the state of the log), `pending.rs` (entries that are not in the log
//!   yet), `within.rs` (the time limit of a call) and `backoff.rs` (the wait after a failure)
//! - the task that reads and writes the log: `task.rs`
//! - how the task reads: `follow.rs`, `ask.rs`, `check.rs` (the state of the log), `live.rs` (what the log
//!   has lost), `pulse.rs` (stops of the process) and `failing.rs` (when requests stop waiting for the log)
//! - how the task writes: `write.rs` and `heal.rs` (lost entries)
//! - how requests wait for the task: `wait.rs`
//! - the silence: `moment.rs` (a reading of the clocks), `silence.rs` (how requests are answered),
//!   `called.rs` (whether Logto reaches this process) and `reports.rs` (log events)
//! - clocks that are wrong: `wall_clock.rs`, `logto_clock.rs`, `plausible.rs` and `far_ahead.rs`
//! - what users call: `builder.rs`, `revoke.rs`, `readiness.rs`, `acceptance.rs`, `flush.rs` and `health.rs`
//! - the route of the webhook, and the deliveries of a `Reconciler`: `webhook/` and `reconciled.rs`
//! - `unasked.rs` (finds a list that no `Logto` uses)
//! - `sample.rs` (the revoked token of the explorer)

mod acceptance;
mod ask;
mod attached;
mod backoff;
pub(crate) mod builder;
mod called;
mod check;
mod entries;
mod failing;
mod far_ahead;
mod flush;
mod follow;
pub(crate) mod generation;
mod heal;
pub(crate) mod health;
pub(crate) mod horizon;
mod id;
mod list;
#[cfg(test)]
mod list_tests;
mod live;
pub mod log;
mod logto_clock;
mod moment;
mod pending;
mod plausible;
mod pulse;
mod readiness;
mod reconciled;
mod record;
pub(crate) mod refusal;
mod reports;
pub(crate) mod revoke;
pub(crate) mod revoked;
#[cfg(all(feature = "explorer", feature = "test-util"))]
mod sample;
pub(crate) mod silence;
mod stops;
pub(crate) mod target;
mod task;
pub(crate) mod unasked;
pub(crate) mod wait;
mod wall_clock;
pub(crate) mod webhook;
mod within;
mod write;

mod sync;

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicBool, AtomicI64},
    },
};

use tokio::sync::watch;
use url::Url;

#[cfg(all(feature = "explorer", feature = "test-util"))]
use self::sample::Sample;
use self::{
    attached::Attached, called::Called, generation::Generation, horizon::Horizon, list::List,
    logto_clock::LogtoClock, plausible::Plausible, reconciled::Reconciling,
    webhook::meaning::Handling,
};
use crate::{
    clock::{Clock, Reading},
    config::without_query,
    telemetry,
};

/// The list of revocations of one tenant.
///
/// Pass it to [`LogtoBuilder::revocations`](crate::LogtoBuilder::revocations). Clones share the list.
///
/// ```
/// use logto_runtime::{Logto, Revocation, Revocations};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let endpoint = "https://your-tenant.logto.app";
/// let revocations = Revocations::in_memory(endpoint);
/// let logto = Logto::builder(endpoint)
///     .resource("https://api.example.com")
///     .revocations(&revocations)
///     .build()?;
/// revocations.revoke(Revocation::subject("u1")).await?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Revocations {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: String,
    /// Distinguishes the beats of this list from those of other lists.
    id: u64,
    attached: Option<Attached>,
    horizon: Horizon,
    handling: Handling,
    clock: Clock,
    plausible: Mutex<Plausible>,
    logto_clock: LogtoClock,
    called: Called,
    reconciling: Reconciling,
    list: RwLock<List>,
    generation: Generation,
    /// Wakes callers that wait until a token is refused. Sends a value after entries were added, and when the
    /// task that reads the log has ended.
    changes: watch::Sender<()>,
    /// The next time to remove the entries that are over, in seconds since the Unix epoch.
    forget_at: AtomicI64,
    lifetime_reported: AtomicBool,
    size_reported: AtomicBool,
    #[cfg(all(feature = "explorer", feature = "test-util"))]
    sample: Sample,
}

impl Revocations {
    fn new(
        endpoint: &str,
        horizon: Horizon,
        handling: Handling,
        clock: Clock,
        called: Called,
        attached: Option<Attached>,
    ) -> Self {
        if attached.is_none() {
            telemetry::revocations_in_memory();
        }
        Self {
            shared: Arc::new(Shared {
                endpoint: normalised(endpoint),
                id: RandomState::new().hash_one(0_u8),
                attached,
                horizon,
                handling,
                clock,
                plausible: Mutex::default(),
                logto_clock: LogtoClock::default(),
                called,
                reconciling: Reconciling::unknown(),
                list: RwLock::default(),
                generation: Generation::first(),
                changes: watch::Sender::new(()),
                forget_at: AtomicI64::new(i64::MIN),
                lifetime_reported: AtomicBool::new(false),
                size_reported: AtomicBool::new(false),
                #[cfg(all(feature = "explorer", feature = "test-util"))]
                sample: Sample::default(),
            }),
        }
    }

    /// Whether this is the list of the tenant at this endpoint.
    pub(crate) fn is_of(&self, endpoint: &str) -> bool {
        self.shared.endpoint == normalised(endpoint)
    }

    /// Whether both are clones of one list.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.shared.endpoint
    }

    pub(crate) fn horizon(&self) -> Horizon {
        self.shared.horizon
    }

    /// Returns a receiver that is notified in two cases: entries were added, or the task that reads the log
    /// has ended.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.shared.changes.subscribe()
    }

    fn handling(&self) -> Handling {
        self.shared.handling
    }

    fn now(&self) -> Reading {
        self.shared.clock.read()
    }

    fn now_seconds(&self) -> i64 {
        self.now().unix_seconds()
    }

    pub(crate) fn now_millis(&self) -> i64 {
        self.now().wall_millis
    }

    /// Returns the current time by Logto's clock if that clock is known to be ahead. Otherwise returns the
    /// time by our wall clock.
    fn logto_millis(&self) -> i64 {
        let Shared {
            logto_clock,
            horizon,
            ..
        } = &*self.shared;
        logto_clock.millis(self.now(), *horizon)
    }

    /// Notes a time that Logto has signed.
    fn learn_time(&self, theirs_millis: i64, now: Reading) {
        let Shared {
            logto_clock,
            horizon,
            ..
        } = &*self.shared;
        logto_clock.learn(theirs_millis, now, *horizon);
    }
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations")
            .field("endpoint", &without_query(&self.shared.endpoint))
            .field("entries", &self.entries())
            .finish_non_exhaustive()
    }
}

/// Returns an endpoint in a form for comparison: with the host in lower case, and without the default port or
/// a slash at the end.
fn normalised(endpoint: &str) -> String {
    let url = Url::parse(endpoint.trim_end_matches('/')).map(String::from);
    let text = url.unwrap_or_else(|_| endpoint.to_owned());
    text.trim_end_matches('/').to_owned()
}
