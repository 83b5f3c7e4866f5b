//! Decides which answers are right. The client does not know which key set the service has used. But the
//! client knows two sets: the newest set that earlier answers have shown, and the newest set of the tenant.
//! The service must have used one of these two sets, or a set between them.
//!
//! Keys are numbered. The set after rotation `n` has the keys `n` and `n - 1`. A service that accepts a token
//! of key `n` has the set after rotation `n` or a newer set.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use super::{
    COOLDOWN,
    tenant::{Network, Tenant},
};

/// How long the service may take to learn a new key while the tenant is reachable. If unknown keys have used
/// up the permitted fetches, the service must wait for the cooldown. On a busy machine, the fetch may take
/// another second.
const LEARNED_WITHIN: Duration = COOLDOWN.saturating_add(Duration::from_secs(1));

/// The newest key that the service has, as far as its earlier answers show.
#[derive(Default)]
pub(crate) struct Shown(AtomicU64);

/// What the client knew when it sent a request.
pub(crate) struct Asked {
    key: Option<u64>,
    shown: u64,
    network: Network,
    at: Instant,
}

/// The result of checking an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Right. From the moment of the request until the answer, the service certainly had the key.
    Known,
    /// Right, in the other cases.
    Right,
    /// 503 at a time when it is right ([`may_be_unavailable`]).
    Unavailable,
    /// 401 for a new key that the service may not know yet.
    NotLearned,
    /// Wrong: the run fails.
    Wrong,
}

impl Shown {
    /// Records what is known before a request. For a key that the tenant never had, `key` is `None`.
    pub(crate) fn ask(&self, tenant: &Tenant, key: Option<u64>) -> Asked {
        Asked {
            key,
            shown: self.0.load(Ordering::SeqCst),
            network: tenant.network(),
            at: Instant::now(),
        }
    }

    /// Compares a status with `due`, the status that a service with the key must answer.
    pub(crate) fn evaluate(
        &self,
        asked: &Asked,
        tenant: &Tenant,
        status: u16,
        due: u16,
    ) -> Verdict {
        let newest = tenant.rotations();
        let Some(key) = asked.key else {
            return without_key(asked, tenant, status);
        };
        if key + 1 < asked.shown {
            return without_key(asked, tenant, status);
        }
        if status == due && status != 401 {
            // The status is 200 or 403. Only a token with a valid signature gets one of these.
            self.0.fetch_max(key, Ordering::SeqCst);
        }
        let known_throughout = asked.shown >= key && newest <= key + 1;
        match status {
            _ if status == due && known_throughout => Verdict::Known,
            _ if status == due => Verdict::Right,
            _ if known_throughout => Verdict::Wrong,
            503 if may_be_unavailable(asked, tenant) => Verdict::Unavailable,
            // A rotation has removed the key by now.
            401 if newest > key + 1 => Verdict::Right,
            401 if may_be_unavailable(asked, tenant) => Verdict::NotLearned,
            _ => Verdict::Wrong,
        }
    }
}

/// Checks the answer to a token whose key is not in the key set. 401 is right. If [`may_be_unavailable`]
/// returns `true`, 503 is right as well.
fn without_key(asked: &Asked, tenant: &Tenant, status: u16) -> Verdict {
    match status {
        401 => Verdict::Right,
        503 if may_be_unavailable(asked, tenant) => Verdict::Unavailable,
        _ => Verdict::Wrong,
    }
}

/// Returns `true` at times when the service may answer 503, and may lack a new key:
///
/// - while the tenant is unreachable;
/// - after an outage, until the service stops backing off;
/// - after a rotation, until the service has learned the key.
///
/// The back-off begins with one second, and doubles with each failure. Without jitter, its last pause is at
/// most one second longer than the outage. [`LEARNED_WITHIN`] leaves room for the jitter.
fn may_be_unavailable(asked: &Asked, tenant: &Tenant) -> bool {
    let recently = |network: Network| {
        let pause = network.outage + Duration::from_secs(1);
        let learnable = network.rotated.max(network.recovered + pause);
        network.down || asked.at < learnable + LEARNED_WITHIN
    };
    recently(asked.network) || recently(tenant.network())
}
