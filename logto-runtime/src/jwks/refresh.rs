//! When to fetch the key set: a decision over plain values, with the time passed in.

use std::time::Duration;

/// How many refreshes unknown keys may cause in a row.
const BURST: u32 = 2;

/// A fetch is cut off long before this; one that is older is frozen in a runtime that nobody runs.
pub(super) const LOST_AFTER: Duration = Duration::from_secs(10);

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
pub(super) const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// Why a request wants a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// There are no keys, or they are old.
    Keys,
    /// A token names a key that was not in the set when so many fetches had begun.
    UnknownKey { seen: u64 },
}

/// What a request may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Start a fetch and wait for it.
    Start,
    /// Wait for the one under way.
    Join,
    /// Look again: a fetch that began after the key was looked for has succeeded.
    Fetched,
    /// Fetches fail; the next one is permitted after so long.
    BackingOff { retry_after: Duration },
    /// Unknown keys have used up their turns; there is one again after so long.
    RateLimited { retry_after: Duration },
}

/// What past fetches permit.
#[derive(Debug)]
pub(super) struct Refresh {
    running: Option<Running>,
    /// The number of the last fetch that succeeded.
    last_succeeded: u64,
    failures: u32,
    /// How many fetches were lost since one had an outcome.
    losses: u32,
    not_before: Duration,
    bucket: Bucket,
}

#[derive(Clone, Copy, Debug)]
struct Running {
    since: Duration,
    took_a_turn: bool,
}

impl Refresh {
    pub(super) fn new(unknown_key_cooldown: Duration) -> Self {
        Self {
            running: None,
            last_succeeded: 0,
            failures: 0,
            losses: 0,
            not_before: Duration::ZERO,
            bucket: Bucket::new(unknown_key_cooldown),
        }
    }

    /// Decides; `Start` counts as started.
    pub(super) fn decide(&mut self, reason: Reason, now: Duration) -> Decision {
        match reason {
            Reason::UnknownKey { seen } if self.last_succeeded > seen => return Decision::Fetched,
            _ if self.running.is_some() => return Decision::Join,
            _ if now < self.not_before => {
                return Decision::BackingOff {
                    retry_after: self.not_before - now,
                };
            }
            Reason::UnknownKey { .. } => {
                if let Err(retry_after) = self.bucket.take(now) {
                    return Decision::RateLimited { retry_after };
                }
            }
            Reason::Keys => {}
        }
        self.running = Some(Running {
            since: now,
            took_a_turn: reason != Reason::Keys,
        });
        Decision::Start
    }

    /// Until a fetch for this reason is permitted.
    pub(super) fn permitted_in(&mut self, reason: Reason, now: Duration) -> Duration {
        let until_lost = self.running.map_or(Duration::ZERO, |ticket| {
            ticket.since.saturating_add(LOST_AFTER)
        });
        let wait = self.not_before.max(until_lost).saturating_sub(now);
        match reason {
            Reason::Keys => wait,
            Reason::UnknownKey { .. } => wait.max(self.bucket.filled_in(now)),
        }
    }

    /// Whether the fetch under way has to be taken for lost.
    pub(super) fn is_overdue(&self, now: Duration) -> bool {
        self.running
            .is_some_and(|ticket| now.saturating_sub(ticket.since) >= LOST_AFTER)
    }

    pub(super) fn succeeded(&mut self, number: u64) {
        self.running = None;
        self.last_succeeded = number;
        self.failures = 0;
        self.losses = 0;
        self.not_before = Duration::ZERO;
    }

    /// Answers when the next fetch is permitted.
    pub(super) fn failed(&mut self, now: Duration, jitter: f64) -> Duration {
        self.running = None;
        self.losses = 0;
        self.back_off(now, jitter)
    }

    /// The fetch ended without an outcome, with its task or runtime. Those who wait may try once
    /// more at once; a loss after a loss backs off, or a fault of ours would become Logto's load.
    pub(super) fn lost(&mut self, now: Duration, jitter: f64) -> Duration {
        let lost = self.running.take();
        self.losses = self.losses.saturating_add(1);
        if self.losses > 1 {
            return self.back_off(now, jitter);
        }
        if lost.is_some_and(|ticket| ticket.took_a_turn) {
            self.bucket.give_back();
        }
        now
    }

    /// Doubling from a second to a minute, less up to half of it by `jitter` (0 to 1), so that
    /// many instances do not return together.
    fn back_off(&mut self, now: Duration, jitter: f64) -> Duration {
        let doublings = self.failures.min(6);
        self.failures = self.failures.saturating_add(1);
        let backoff = (FIRST_BACKOFF * (1 << doublings)).min(LONGEST_BACKOFF);
        let backoff = backoff.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0);
        self.not_before = now.saturating_add(backoff);
        self.not_before
    }
}

/// Refreshes that unknown keys may cause: so many at once, then one back per cooldown.
#[derive(Debug)]
struct Bucket {
    cooldown: Duration,
    left: u32,
    refilled_at: Duration,
}

impl Bucket {
    fn new(cooldown: Duration) -> Self {
        Self {
            cooldown,
            left: BURST,
            refilled_at: Duration::ZERO,
        }
    }

    /// Takes one, or tells how long until there is one.
    fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let wait = self.filled_in(now);
        if self.left == 0 {
            return Err(wait);
        }
        if self.left == BURST {
            self.refilled_at = now;
        }
        self.left -= 1;
        Ok(())
    }

    fn give_back(&mut self) {
        self.left = (self.left + 1).min(BURST);
    }

    /// Puts back what is due; answers how long until there is one.
    fn filled_in(&mut self, now: Duration) -> Duration {
        while self.left < BURST && now.saturating_sub(self.refilled_at) >= self.cooldown {
            self.left += 1;
            self.refilled_at += self.cooldown;
        }
        if self.left > 0 {
            return Duration::ZERO;
        }
        self.refilled_at
            .saturating_add(self.cooldown)
            .saturating_sub(now)
    }
}
