//! Counters and gauges, recorded through the facade of the `metrics` crate.
//!
//! Without the feature `metrics`, nothing is recorded.

use std::time::Duration;

/// Counter: decisions of guards, of extractors and of methods such as
/// [`AuthInfo::check`](crate::AuthInfo::check). The label `outcome` is `granted`, or the
/// [`RejectionCode`](crate::RejectionCode) of a rejection.
pub const VERDICTS: &str = "logto_verdicts_total";
/// Counter: lookups in the token cache. The label `result` is `hit` or `miss`.
pub const TOKEN_CACHE: &str = "logto_token_cache_lookups_total";
/// Counter: fetches of the key set. The label `outcome` is `succeeded` or `failed`. A fetch that times out
/// counts as `failed`. A fetch is not counted if it panics, if its tokio runtime ends, or if it is given up
/// after 10 s because the runtime or the process is paused.
pub const KEY_FETCHES: &str = "logto_key_fetches_total";
/// Gauge: seconds since the key set was last known to be current.
///
/// Each successful fetch sets the gauge to zero. Once there is a key set, each call of
/// [`Logto::health`](crate::Logto::health) sets the gauge to the age of the key set. With several tenants,
/// this is the greatest age.
pub const KEY_SET_AGE: &str = "logto_key_set_age_seconds";

/// Counter: entries (revocations) that this process made. They come from webhooks, from Logto's own log of
/// deliveries, and from calls of `revoke`. Entries that this process read from the log of revocations do not
/// count. The label `kind` is the kind of the entry, such as `subject`.
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub const REVOCATIONS: &str = "logto_revocations_total";
/// Counter: webhooks that this process answered. The label `outcome` is `revoked`, `role_change`, `ignored`,
/// `unreadable`, `not_logged`, `bad_signature`, `not_a_delivery`, `too_large` or `too_slow`.
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub const WEBHOOKS: &str = "logto_webhooks_total";
/// Gauge: entries in the list of revocations.
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub const REVOCATION_ENTRIES: &str = "logto_revocation_entries";

/// Gauge: seconds since a process that receives webhooks was last known to be alive. Before the first sign of
/// life, the gauge counts from the end of the first reading of the log of revocations.
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub const REVOCATION_SILENCE: &str = "logto_revocation_silence_seconds";

/// Counter: passes (runs) of the `Reconciler` in this process. The label `outcome` is `complete` or `failed`.
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub const RECONCILIATIONS: &str = "logto_reconciliations_total";

/// Registers a description of each counter and gauge with the recorder of the `metrics` crate.
///
/// Call this function once after the recorder is installed. Some recorders show the descriptions, for example
/// as the `# HELP` lines of Prometheus.
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub fn describe_metrics() {
    use metrics::{Unit, describe_counter, describe_gauge};

    describe_counter!(VERDICTS, "decisions of guards and extractors, by outcome");
    describe_counter!(
        TOKEN_CACHE,
        "lookups in the cache of verified tokens, by result"
    );
    describe_counter!(KEY_FETCHES, "fetches of the tenant's key set, by outcome");
    describe_gauge!(
        KEY_SET_AGE,
        Unit::Seconds,
        "time since the key set was last known to be current"
    );
    #[cfg(feature = "revocation")]
    {
        describe_counter!(REVOCATIONS, "revocations by this process, by kind");
        describe_counter!(WEBHOOKS, "webhooks of Logto, by the outcome of the answer");
        describe_counter!(RECONCILIATIONS, "passes of the reconciler, by outcome");
        describe_gauge!(REVOCATION_ENTRIES, "entries in the list of revocations");
        describe_gauge!(
            REVOCATION_SILENCE,
            Unit::Seconds,
            "time since a process that receives webhooks was last known to be alive"
        );
    }
}

/// Increments a counter. Pass the value of the label as a literal if you can. For any other value, the
/// `metrics` crate allocates on each call.
macro_rules! count {
    ($counter:expr, $label:literal => $value:tt) => {{
        #[cfg(feature = "metrics")]
        metrics::counter!($counter, $label => $value).increment(1);
        #[cfg(not(feature = "metrics"))]
        let _ = $value;
    }};
}

pub(super) fn granted() {
    count!(VERDICTS, "outcome" => "granted");
}

pub(super) fn refused(code: &'static str) {
    count!(VERDICTS, "outcome" => code);
}

pub(super) fn looked_up(hit: bool) {
    if hit {
        count!(TOKEN_CACHE, "result" => "hit");
    } else {
        count!(TOKEN_CACHE, "result" => "miss");
    }
}

pub(super) fn fetched(succeeded: bool) {
    if succeeded {
        count!(KEY_FETCHES, "outcome" => "succeeded");
    } else {
        count!(KEY_FETCHES, "outcome" => "failed");
    }
}

pub(super) fn key_set_age(age: Duration) {
    #[cfg(feature = "metrics")]
    metrics::gauge!(KEY_SET_AGE).set(age.as_secs_f64());
    #[cfg(not(feature = "metrics"))]
    let _ = age;
}

#[cfg(feature = "revocation")]
pub(super) fn revoked(kind: &'static str) {
    count!(REVOCATIONS, "kind" => kind);
}

#[cfg(feature = "revocation")]
pub(super) fn revocation_entries(entries: usize) {
    #[cfg(feature = "metrics")]
    metrics::gauge!(REVOCATION_ENTRIES).set(u32::try_from(entries).unwrap_or(u32::MAX));
    #[cfg(not(feature = "metrics"))]
    let _ = entries;
}

#[cfg(feature = "revocation")]
pub(super) fn webhook_answered(outcome: &'static str) {
    count!(WEBHOOKS, "outcome" => outcome);
}

#[cfg(feature = "revocation")]
pub(super) fn reconciled(complete: bool) {
    if complete {
        count!(RECONCILIATIONS, "outcome" => "complete");
    } else {
        count!(RECONCILIATIONS, "outcome" => "failed");
    }
}

#[cfg(feature = "revocation")]
pub(super) fn revocations_silent_for(age: Duration) {
    #[cfg(feature = "metrics")]
    metrics::gauge!(REVOCATION_SILENCE).set(age.as_secs_f64());
    #[cfg(not(feature = "metrics"))]
    let _ = age;
}
