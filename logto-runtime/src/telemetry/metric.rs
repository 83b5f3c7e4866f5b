//! What is counted and gauged, through the facade of the `metrics` crate: nothing without the
//! feature.

use std::time::Duration;

/// Counter: what guards and extractors decided, by `outcome`: `granted`, or the code of a refusal.
pub const VERDICTS: &str = "logto_verdicts_total";
/// Counter: looks into the token cache, by `result`: `hit` or `miss`.
pub const TOKEN_CACHE: &str = "logto_token_cache_lookups_total";
/// Counter: fetches of the key set, by `outcome`: `succeeded` or `failed`.
pub const KEY_FETCHES: &str = "logto_key_fetches_total";
/// Gauge: seconds since the key set was last known to be current, as of the last fetch or call of
/// [`Logto::health`](crate::Logto::health).
pub const KEY_SET_AGE: &str = "logto_key_set_age_seconds";

/// Tells the recorder of the `metrics` crate what each counter and gauge is; call it once after
/// the recorder is installed, if it shows descriptions, as Prometheus' `# HELP`.
#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub fn describe_metrics() {
    use metrics::{Unit, describe_counter, describe_gauge};

    describe_counter!(VERDICTS, "what guards and extractors decided, by outcome");
    describe_counter!(
        TOKEN_CACHE,
        "looks into the cache of verified tokens, by result"
    );
    describe_counter!(KEY_FETCHES, "fetches of the tenant's key set, by outcome");
    describe_gauge!(
        KEY_SET_AGE,
        Unit::Seconds,
        "time since the key set was last known to be current"
    );
}

/// A label whose value is a literal is static; any other is allocated each time.
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
