//! Counters and a gauge, recorded through the facade of the `metrics` crate.
//!
//! Without the feature `metrics`, nothing is recorded.

use std::time::Duration;

/// Counter: decisions of guards and extractors. The label `outcome` is `granted`, or the
/// [`RejectionCode`](crate::RejectionCode) of a rejection.
pub const VERDICTS: &str = "logto_verdicts_total";
/// Counter: lookups in the token cache. The label `result` is `hit` or `miss`.
pub const TOKEN_CACHE: &str = "logto_token_cache_lookups_total";
/// Counter: fetches of the key set. The label `outcome` is `succeeded` or `failed`.
pub const KEY_FETCHES: &str = "logto_key_fetches_total";
/// Gauge: seconds since the key set was last known to be current.
///
/// It is set by each successful fetch and by each call of [`Logto::health`](crate::Logto::health).
pub const KEY_SET_AGE: &str = "logto_key_set_age_seconds";

/// Registers a description of each counter and gauge with the recorder of the `metrics` crate.
///
/// Call it once after the recorder is installed, if the recorder shows descriptions, such as the
/// `# HELP` lines of Prometheus.
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
}

/// Increments a counter. Pass the value of the label as a literal where possible: the `metrics`
/// crate allocates for any other value on each call.
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
