//! Revocation: refuses tokens that are valid, but whose owner is suspended, deleted or removed.
//!
//! In: webhooks of Logto and calls of operators. Out: for a verified token, whether an entry refuses
//! it.
//!
//! - An entry names whose tokens it refuses, and the smallest `iat` that is accepted. A token is
//!   refused if its `iat` is smaller than that of any entry that matches, without leeway.
//! - The list keeps the maximum for each target. Nothing lifts an entry, and the order of entries
//!   does not matter.
//! - Every request asks, whether or not its token is cached. A token that was found clean is looked
//!   up again only after the list has changed.
//! - An entry is dropped when every token that it could refuse is too old: with revocations, a token
//!   that is older than the horizon is refused by the verifier.
//!
//! - A log makes entries outlive a restart and reach other replicas. Everything that it holds is
//!   applied; what it lacks is written back. How long nothing was heard is decided on each request,
//!   never by a task.
//!
//! Read `target.rs` (whose tokens), `horizon.rs` (the times), `record.rs` and `list.rs` (the
//! entries), `generation.rs` (when a token is looked up again), then this file;
//! for logs `log/`, `attached.rs`, `follow.rs` (the task that reads) and `silence.rs`. `revoke.rs`,
//! `builder.rs`, `health.rs` and `webhook/` hold what users call.

mod attached;
pub(crate) mod builder;
mod follow;
pub(crate) mod generation;
pub(crate) mod health;
pub(crate) mod horizon;
mod id;
mod list;
#[cfg(test)]
mod list_tests;
pub(crate) mod log;
mod moment;
mod record;
pub(crate) mod revoke;
pub(crate) mod revoked;
pub(crate) mod silence;
pub(crate) mod target;
pub(crate) mod webhook;

mod sync;

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use tokio::sync::watch;
use url::Url;

use self::{
    attached::Attached,
    generation::Generation,
    horizon::Horizon,
    list::List,
    log::LogError,
    record::{Record, Source},
    revoked::Revoked,
    silence::Unheard,
    webhook::meaning::Handling,
};
use crate::{
    clock::{Clock, Reading},
    config::without_credentials,
    telemetry::{self, Audit},
    verify::Verified,
};

/// How often entries that are over are removed, in seconds.
const FORGET_EVERY: i64 = 60;

/// From how many entries on the log warns.
const MANY: usize = 1_000_000;

/// Why a verified token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An entry refuses it.
    Revoked(Revoked),
    /// It is too old for what was heard, or nothing can be said.
    Unheard(Unheard),
}

/// The list of revoked tokens of one tenant.
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
    /// Tells the beats of this list from those of others.
    id: u64,
    attached: Option<Attached>,
    horizon: Horizon,
    handling: Handling,
    clock: Clock,
    list: RwLock<List>,
    generation: Generation,
    /// Tells those who wait until their token is refused that the list has changed.
    changes: watch::Sender<()>,
    forget_at: AtomicI64,
    lifetime_reported: AtomicBool,
    size_reported: AtomicBool,
}

impl Revocations {
    fn new(
        endpoint: &str,
        horizon: Horizon,
        handling: Handling,
        clock: Clock,
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
                list: RwLock::default(),
                generation: Generation::first(),
                changes: watch::Sender::new(()),
                forget_at: AtomicI64::new(i64::MIN),
                lifetime_reported: AtomicBool::new(false),
                size_reported: AtomicBool::new(false),
            }),
        }
    }

    /// Whether the list is that of the tenant at this endpoint.
    pub(crate) fn is_of(&self, endpoint: &str) -> bool {
        self.shared.endpoint == normalised(endpoint)
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.shared.endpoint
    }

    pub(crate) fn horizon(&self) -> Horizon {
        self.shared.horizon
    }

    /// Returns why a token is refused, or `None` if it is not.
    #[inline]
    pub(crate) fn refusal(&self, token: &Verified, now: Reading) -> Option<Refusal> {
        let revoked = self
            .shared
            .generation
            .look_up(token.found_clean(), || self.look_up(token));
        match (revoked, &self.shared.attached) {
            (Some(revoked), _) => Some(Refusal::Revoked(revoked)),
            (None, None) => None,
            (None, Some(attached)) => attached.refuses(token, now).map(Refusal::Unheard),
        }
    }

    /// Whether the process was paused, so that the log should be read before a request is answered.
    #[inline]
    pub(crate) fn was_paused(&self, now: Reading) -> bool {
        (self.shared.attached.as_ref()).is_some_and(|attached| attached.was_paused(now))
    }

    /// Waits until the log was read once more, for at most two seconds.
    pub(crate) async fn wait_for_reading(&self) {
        if let Some(attached) = &self.shared.attached {
            attached.wait_for_reading().await;
        }
    }

    /// Whether the task that reads the log has ended, so that nothing will be heard any more.
    pub(crate) fn has_ended(&self) -> bool {
        (self.shared.attached.as_ref()).is_some_and(Attached::has_ended)
    }

    /// Waits until the log has been read once, and the list can be asked.
    ///
    /// Without this call, requests are answered with 503 until then. A list in memory is ready at
    /// once. With [`Silence::RefuseOlderThan`](crate::Silence) and `Unavailable` it also waits for a
    /// process that receives webhooks.
    ///
    /// # Errors
    ///
    /// Fails with the last error if the log could not be read for ten seconds.
    pub async fn ready(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.until(|| attached.is_ready(self.now())).await,
            None => Ok(()),
        }
    }

    /// Accepts that the log was created just now, or lost everything while no replica ran: nobody
    /// knows what was revoked before, and [`Silence`](crate::Silence) applies until this call.
    ///
    /// Call it after the first start, or after everybody who was revoked within the last lifetime of a
    /// token was revoked again. One call is enough for all processes that share the log. The
    /// `Reconciler` of `logto-management` calls it after it has applied Logto's log of deliveries.
    pub fn accept_empty_log(&self) {
        if let Some(attached) = &self.shared.attached {
            attached.accept_new();
        }
    }

    /// Appends what is not in the log yet. Call it when the program stops, after the server has.
    ///
    /// # Errors
    ///
    /// Fails if the log is out of reach. The entries are then lost with the process.
    pub async fn flush(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.send().await,
            None => Ok(()),
        }
    }

    /// Returns a receiver that is notified after each change of the list.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.shared.changes.subscribe()
    }

    #[cold]
    fn look_up(&self, token: &Verified) -> Option<Revoked> {
        if token.found_clean().is_never() {
            self.report_lifetime(token);
        }
        let list = self.shared.list.read();
        let list = list.unwrap_or_else(PoisonError::into_inner);
        list.find(token, self.now_seconds())
    }

    /// Returns the entries that another list lacks.
    fn lacking_in(&self, other: &List) -> Vec<Record> {
        let list = self.shared.list.read();
        let list = list.unwrap_or_else(PoisonError::into_inner);
        let entries = list.entries();
        entries
            .filter(|(target, not_before)| other.not_before(target) < Some(*not_before))
            .map(|(target, not_before)| Record { target, not_before })
            .collect()
    }

    /// Removes the entries that the list has already, and those that are over.
    fn retain_lacking(&self, records: &mut Vec<Record>) {
        let (horizon, now) = (self.shared.horizon, self.now_seconds());
        let list = self.shared.list.read();
        let list = list.unwrap_or_else(PoisonError::into_inner);
        records.retain(|record| {
            let not_before = horizon.capped(record.not_before, now);
            !horizon.is_over(not_before, now) && list.not_before(&record.target) < Some(not_before)
        });
    }

    /// Adds entries to the list, reports each, and keeps them for the log. They are refused here from
    /// now on; [`flush`](Self::flush) brings them to other replicas.
    fn apply(&self, records: &[Record], source: &Source<'_>) {
        for record in records {
            let (organization, id) = record.target.ids();
            telemetry::revoked(&Audit {
                kind: record.target.kind().as_str(),
                organization,
                id,
                not_before: record.not_before,
                source: source.event,
                actor: source.actor,
            });
        }
        self.insert(records);
        if let Some(attached) = &self.shared.attached {
            attached.keep(records.iter().map(|record| record.to_line(source.event)));
        }
    }

    fn insert(&self, records: &[Record]) {
        let Shared { horizon, .. } = *self.shared;
        let now = self.now_seconds();
        let changed = {
            let list = self.shared.list.write();
            let mut list = list.unwrap_or_else(PoisonError::into_inner);
            let live = records
                .iter()
                .filter(|record| !horizon.is_over(record.not_before, now));
            live.fold(false, |changed, record| {
                list.insert(&record.target, horizon.capped(record.not_before, now)) | changed
            })
        };
        if changed {
            self.shared.generation.raise();
            self.shared.changes.send_replace(());
        }
        self.forget();
    }

    /// Removes entries that are over, at most once a minute.
    fn forget(&self) {
        let now = self.now_seconds();
        let due = self.shared.forget_at.load(Ordering::Relaxed);
        // Also if the clock was set back by more than the interval.
        if now >= due || now < due.saturating_sub(FORGET_EVERY) {
            let next = now.saturating_add(FORGET_EVERY);
            self.shared.forget_at.store(next, Ordering::Relaxed);
            let list = self.shared.list.write();
            let mut list = list.unwrap_or_else(PoisonError::into_inner);
            list.forget(self.shared.horizon, now);
        }
        let entries = self.entries();
        telemetry::revocation_entries(entries);
        if entries >= MANY && !self.shared.size_reported.swap(true, Ordering::Relaxed) {
            telemetry::many_revocations(entries);
        }
    }

    fn entries(&self) -> usize {
        let list = self.shared.list.read();
        list.unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Reports the first token that lives longer than the horizon allows for.
    fn report_lifetime(&self, token: &Verified) {
        let times = token.times();
        let lifetime = times.expires_at.saturating_sub(times.issued_at);
        let allowed = self.shared.horizon.max_token_lifetime();
        if lifetime > allowed && !self.shared.lifetime_reported.swap(true, Ordering::Relaxed) {
            telemetry::token_outlives_revocations(lifetime, allowed);
        }
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
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocations")
            .field("endpoint", &without_credentials(&self.shared.endpoint))
            .field("entries", &self.entries())
            .finish_non_exhaustive()
    }
}

/// Returns an endpoint as URLs are compared: the host in lower case, without a default port and
/// without a slash at the end.
fn normalised(endpoint: &str) -> String {
    let url = Url::parse(endpoint.trim_end_matches('/')).map(String::from);
    let text = url.unwrap_or_else(|_| endpoint.to_owned());
    text.trim_end_matches('/').to_owned()
}
