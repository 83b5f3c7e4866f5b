//! What an answer may be, from what the client can know: the service judged with a key set between
//! the newest that it has shown to have and the newest there was.
//!
//! Keys are numbered. The set after rotation `n` has the keys `n` and `n - 1`, and a token under key
//! `n` that got in shows that the service has it, and has nothing older any more.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use super::{
    COOLDOWN,
    tenant::{Sky, Tenant},
};

/// What a new key may take to be learned in fair weather: a turn that strangers used up has to come
/// back, and the fetch gets a second, on a machine that does other things as well.
const LEARNED_WITHIN: Duration = COOLDOWN.saturating_add(Duration::from_secs(1));

/// The newest key that the service is known to have.
#[derive(Default)]
pub(crate) struct Shown(AtomicU64);

/// What was known when a request was sent.
pub(crate) struct Asked {
    key: Option<u64>,
    shown: u64,
    sky: Sky,
    at: Instant,
}

/// How an answer compares with what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As it must be, with a key that the service was known to have.
    Known,
    Right,
    /// 503, and it may be.
    Unavailable,
    /// 401 under a key that could not be learned yet.
    NotLearned,
    Wrong,
}

impl Shown {
    /// `None` is the key of a stranger.
    pub(crate) fn ask(&self, tenant: &Tenant, key: Option<u64>) -> Asked {
        Asked {
            key,
            shown: self.0.load(Ordering::SeqCst),
            sky: tenant.sky(),
            at: Instant::now(),
        }
    }

    /// Judges a status against the one that is due where the key is known.
    pub(crate) fn judge(&self, asked: &Asked, tenant: &Tenant, status: u16, due: u16) -> Verdict {
        let newest = tenant.rotations();
        let Some(key) = asked.key else {
            return without_key(asked, tenant, status);
        };
        if key + 1 < asked.shown {
            return without_key(asked, tenant, status);
        }
        // Only a signature that holds earns these.
        if status == due && status != 401 {
            self.0.fetch_max(key, Ordering::SeqCst);
        }
        let known_throughout = asked.shown >= key && newest <= key + 1;
        match status {
            _ if status == due && known_throughout => Verdict::Known,
            _ if status == due => Verdict::Right,
            _ if known_throughout => Verdict::Wrong,
            503 if may_be_unavailable(asked, tenant) => Verdict::Unavailable,
            // It may have been removed meanwhile, if there was a rotation.
            401 if newest > key + 1 => Verdict::Right,
            401 if may_be_unavailable(asked, tenant) => Verdict::NotLearned,
            _ => Verdict::Wrong,
        }
    }
}

/// The key is not in the set: nobody gets in. In bad weather it can't be told from a new one.
fn without_key(asked: &Asked, tenant: &Tenant, status: u16) -> Verdict {
    match status {
        401 => Verdict::Right,
        503 if may_be_unavailable(asked, tenant) => Verdict::Unavailable,
        _ => Verdict::Wrong,
    }
}

/// Whether the weather is bad, or was so lately that the service may still be backing off: a pause
/// doubles from a second with each failure, so the one that outlasts an outage is no longer than
/// the outage and a second.
fn may_be_unavailable(asked: &Asked, tenant: &Tenant) -> bool {
    let lately = |sky: Sky| {
        let pause = sky.outage + Duration::from_secs(1);
        let learnable = sky.rotated.max(sky.cleared + pause);
        sky.clouded || asked.at < learnable + LEARNED_WITHIN
    };
    lately(asked.sky) || lately(tenant.sky())
}
