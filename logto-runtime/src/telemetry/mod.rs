//! Logs, metrics and spans: the names and events that operators may rely on.
//!
//! The other modules report here, for example the decision of a guard or a fetch of the key set. A report
//! becomes one or more of these:
//!
//! - `tracing` events with the target [`TARGET`], such as `request refused`;
//! - counters and gauges, with the feature `metrics`: [`VERDICTS`], [`TOKEN_CACHE`], [`KEY_FETCHES`],
//!   [`KEY_SET_AGE`], and others about revocations;
//! - fields of the span around the request, if the span declares them: [`SPAN_OUTCOME`],
//!   [`SPAN_SUBJECT`] and [`SPAN_CLIENT_ID`].
//!
//! Logs are safe to archive at every level. Events never contain a token or key material. The only claims in
//! them are the subject and the client of a verified token. Events about revocations can contain other data.
//! An audit event contains the ids that were revoked, and who caused the revocation. The warning about a
//! skipped record contains the beginning of that record.
//!
//! The route, the guard, the audience and the issuer in an event come from this program and not from the
//! request. Text from clients, such as a `kid`, is escaped and cut to 64 characters.
//!
//! ```
//! use logto_runtime::telemetry::SPAN_OUTCOME;
//! use tracing::{field::Empty, info_span};
//!
//! // Guards record their decision in this span, because the span declares the field.
//! let _span = info_span!("request", logto.outcome = Empty);
//! assert_eq!(SPAN_OUTCOME, "logto.outcome");
//! ```

mod caller;
mod event_context;
mod metric;
#[cfg(feature = "explorer")]
mod quiet;
#[cfg(feature = "revocation")]
mod revocation;
#[cfg(feature = "revocation")]
mod revocation_file;
#[cfg(feature = "revocation")]
mod revocation_webhook;
mod span;
mod text;

use std::{fmt::Display, time::Duration};

use http::StatusCode;

#[cfg(feature = "metrics")]
#[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
pub use self::metric::describe_metrics;
#[cfg(feature = "revocation")]
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
pub use self::metric::{
    RECONCILIATIONS, REVOCATION_ENTRIES, REVOCATION_SILENCE, REVOCATIONS, WEBHOOKS,
};
#[cfg(feature = "redis")]
pub(crate) use self::revocation::revocation_beats_without_age;
#[cfg(feature = "revocation")]
pub(crate) use self::revocation::{
    Audit, many_revocations, reconciled, revocation_entries, revocation_skipped,
    revocations_accepted, revocations_accepted_here, revocations_complete, revocations_heard,
    revocations_in_memory, revocations_in_reach, revocations_lost, revocations_new,
    revocations_out_of_reach, revocations_panicked, revocations_reader_ended, revocations_silent,
    revocations_silent_for, revocations_start_empty, revocations_unasked, revocations_written_back,
    revoked, roles_changed, token_outlives_revocations, tokens_outlive_deliveries, webhook_ahead,
    webhook_answered, webhook_in_time, webhook_late, webhook_overdue, webhook_unreadable,
    webhook_without_time,
};
#[cfg(feature = "revocation")]
pub(crate) use self::revocation_file::{revocation_file_replaced, revocation_log_not_shortened};
#[cfg(feature = "revocation")]
pub(crate) use self::revocation_webhook::webhook_too_long;
pub(crate) use self::{caller::Caller, event_context::EventContext, text::printable};
pub use self::{
    metric::{KEY_FETCHES, KEY_SET_AGE, TOKEN_CACHE, VERDICTS},
    span::{SPAN_CLIENT_ID, SPAN_OUTCOME, SPAN_SUBJECT},
    text::TARGET,
};

#[cfg(feature = "explorer")]
pub(crate) use self::quiet::quietly;

/// The URL of the page that explains every rejection code.
const TROUBLESHOOTING: &str = concat!(
    "https://docs.rs/logto-runtime/",
    env!("CARGO_PKG_VERSION"),
    "/logto_runtime/docs/troubleshooting/index.html"
);

/// What events, spans and metrics show about a rejected request.
pub(crate) struct Refused<'a> {
    pub(crate) code: &'static str,
    pub(crate) reason: &'a dyn Display,
    pub(crate) status: StatusCode,
    pub(crate) key_id: Option<&'a str>,
    pub(crate) context: EventContext<'a>,
    pub(crate) caller: Option<Caller<'a>>,
}

/// Returns the URL of the heading that explains a rejection code.
#[cfg(feature = "explorer")]
pub(crate) fn help(code: &str) -> String {
    format!("{TROUBLESHOOTING}#{code}")
}

/// Whether the current decision must not be reported, because the explorer makes it.
#[inline]
pub(crate) fn is_quiet() -> bool {
    #[cfg(feature = "explorer")]
    return quiet::is_quiet();
    #[cfg(not(feature = "explorer"))]
    false
}

/// Reports a granted request.
#[inline]
pub(crate) fn granted<'a>(caller: impl FnOnce() -> Caller<'a>) {
    if is_quiet() {
        return;
    }
    metric::granted();
    span::record("granted", || Some(caller()));
}

/// Reports a lookup in the token cache.
pub(crate) fn looked_up(hit: bool) {
    if !is_quiet() {
        metric::looked_up(hit);
    }
}

/// Reports a fetch of the key set. A successful fetch sets the gauge of the age of the key set to zero.
pub(crate) fn fetched(succeeded: bool) {
    metric::fetched(succeeded);
    if succeeded {
        metric::key_set_age(Duration::ZERO);
    }
}

/// Sets the gauge of the age of the key set.
pub(crate) fn key_set_age(age: Duration) {
    metric::key_set_age(age);
}

/// Reports a rejected request. Logs it at `debug`, because callers can cause any number of such events.
pub(crate) fn refused(refused: &Refused<'_>) {
    if is_quiet() {
        return;
    }
    let Refused {
        code,
        context,
        caller,
        ..
    } = *refused;
    metric::refused(code);
    span::record(code, || caller);
    if !tracing::enabled!(target: TARGET, tracing::Level::DEBUG) {
        return;
    }
    tracing::debug!(
        target: TARGET,
        code,
        reason = %refused.reason,
        status = refused.status.as_u16(),
        kid = refused.key_id.map(printable).as_deref(),
        requirement = context.requirement.map(tracing::field::display),
        alternative = context.alternative.map(tracing::field::display),
        route = context.route,
        expected_audience = context.expected_audience.map(tracing::field::display),
        expected_issuer = context.expected_issuer.map(tracing::field::display),
        subject = caller.map(|caller| caller.subject),
        client_id = caller.map(|caller| caller.client_id),
        help = %format_args!("{TROUBLESHOOTING}#{code}"),
        "request refused"
    );
}

/// Reports, at level `error`, a rejection that a mistake in this program caused. Report later rejections for
/// the same mistake with [`refused`].
pub(crate) fn misconfigured(refused: &Refused<'_>) {
    let Refused { code, context, .. } = *refused;
    metric::refused(code);
    span::record(code, || None);
    tracing::error!(
        target: TARGET,
        code,
        reason = %refused.reason,
        status = refused.status.as_u16(),
        requirement = context.requirement.map(tracing::field::display),
        alternative = context.alternative.map(tracing::field::display),
        route = context.route,
        expected_audience = context.expected_audience.map(tracing::field::display),
        expected_issuer = context.expected_issuer.map(tracing::field::display),
        help = %format_args!("{TROUBLESHOOTING}#{code}"),
        "request refused"
    );
}

/// Warns about a resource that guards ask for both globally and within organizations.
pub(crate) fn asked_both_ways(resource: &str, scopes: &str) {
    tracing::warn!(
        target: TARGET,
        resource,
        scopes,
        "guards ask for this resource both globally and within organizations; a token that names no \
         organization has the scopes of all organizations of its user, so give the scopes of global \
         guards names that no role of an organization grants"
    );
}

/// Reports a request for metadata on a host that does not belong to a resource. Logs it at `debug`, because
/// callers can cause any number of such events.
pub(crate) fn metadata_not_found(host: &str, path: &str) {
    tracing::debug!(
        target: TARGET,
        host = %printable(host),
        path = %printable(path),
        "no resource has its metadata here; a proxy in front of this service must pass on the Host \
         header of the request"
    );
}

/// Warns that `warm_up` could not compare the settings with the discovery document.
pub(crate) fn discovery_unreachable(error: &dyn Display, fix: Option<&str>) {
    tracing::warn!(
        target: TARGET,
        reason = %error,
        fix,
        "fetched the key set but not the discovery document; the settings were not compared with it"
    );
}

/// Warns about the first failed fetch of an outage. This event and the other events about a key set have the
/// `endpoint` of the tenant if there are several tenants.
pub(crate) fn keys_not_fetched(endpoint: Option<&str>, error: &dyn Display, fix: Option<&str>) {
    tracing::warn!(
        target: TARGET,
        endpoint,
        reason = %error,
        fix,
        "can't fetch the key set; retrying with backoff"
    );
}

/// Reports that requests get 503 because the last successful fetch is too long ago. Called once per outage.
/// `error` says why the last fetch failed, if this is known.
pub(crate) fn keys_too_old<E: Display>(
    endpoint: Option<&str>,
    error: Option<&E>,
    fix: Option<&str>,
) {
    tracing::error!(
        target: TARGET,
        endpoint,
        reason = error.map(tracing::field::display),
        fix,
        "the key set is too old to be used; requests get 503 until it is fetched again; check that this \
         service can reach Logto"
    );
}

/// Reports the first successful fetch after an outage.
pub(crate) fn keys_recovered(endpoint: Option<&str>) {
    tracing::info!(target: TARGET, endpoint, "the key set is fetched again");
}

/// Reports that `deny_if_async` did not answer. Called for the first failure of an outage. `error` comes from
/// the program, not from a client. `served` says whether requests are served without an answer.
pub(crate) fn deny_unanswered(error: &str, served: bool) {
    tracing::error!(
        target: TARGET,
        reason = %printable(error),
        served,
        "deny_if_async did not answer; requests get 503 until it does, or are served with \
         `when_unanswered(Unanswered::Serve)`; mend what it asks, or raise `deny_timeout`"
    );
}

/// Reports that `deny_if_async` answers again.
pub(crate) fn deny_answered() {
    tracing::info!(target: TARGET, "deny_if_async answers again");
}

/// Warns about a key of the key set that is not used.
pub(crate) fn key_skipped(endpoint: Option<&str>, key_id: &str, reason: &dyn Display) {
    let kid = printable(key_id);
    tracing::warn!(target: TARGET, endpoint, %kid, %reason, "a key of the key set is not used");
}
