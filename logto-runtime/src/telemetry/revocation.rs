//! Events about revocations.

use std::{fmt::Display, time::Duration};

use super::{
    metric,
    text::{TARGET, printable},
};

/// The fields of the audit event for an entry that this process adds to the list of revocations. Entries that
/// this process reads from a log do not have audit events.
pub(crate) struct Audit<'a> {
    pub(crate) kind: &'static str,
    pub(crate) organization: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) not_before: i64,
    pub(crate) source: &'a str,
    pub(crate) actor: Option<&'a str>,
}

/// Reports an entry that this process adds, as one event at `info`.
pub(crate) fn revoked(audit: &Audit<'_>) {
    metric::revoked(audit.kind);
    tracing::info!(
        target: TARGET,
        kind = audit.kind,
        organization = audit.organization.map(printable).as_deref(),
        id = audit.id.map(printable).as_deref(),
        not_before = audit.not_before,
        source = printable(audit.source).as_ref(),
        actor = audit.actor.map(printable).as_deref(),
        "revoked"
    );
}

/// Sets the gauge of the entries in the list of revocations.
pub(crate) fn revocation_entries(entries: usize) {
    metric::revocation_entries(entries);
}

/// Warns that a restart forgets the list of revocations.
pub(crate) fn revocations_in_memory() {
    tracing::warn!(
        target: TARGET,
        "revocations are kept in memory only: a restart forgets them, and other replicas do not see \
         them"
    );
}

/// Warns about a list that takes much memory. The list still keeps all its entries.
pub(crate) fn many_revocations(entries: usize) {
    tracing::warn!(
        target: TARGET,
        entries,
        "the list of revocations is very long; see which source writes to it"
    );
}

/// Reports the first token that lives longer than `max_token_lifetime`.
pub(crate) fn token_outlives_revocations(lifetime: i64, allowed: i64) {
    tracing::error!(
        target: TARGET,
        lifetime,
        allowed,
        "a token lives longer than max_token_lifetime, and is refused before it expires; set \
         max_token_lifetime to the longest lifetime in the Logto console"
    );
}

/// Counts the answer to a webhook.
pub(crate) fn webhook_answered(outcome: &'static str) {
    metric::webhook_answered(outcome);
}

/// Reports that no webhook of Logto has arrived at this process in time.
pub(crate) fn webhook_overdue(within: Duration) {
    tracing::error!(
        target: TARGET,
        within_seconds = within.as_secs(),
        "no webhook of Logto has arrived in time, so this process no longer reports that it receives \
         webhooks; if no other process reports that, a silence begins; see whether Logto reaches the route, \
         whether the `Reconciler` runs, and compare the clocks"
    );
}

/// Reports that webhooks of Logto arrive again.
pub(crate) fn webhook_in_time() {
    tracing::info!(target: TARGET, "a webhook of Logto has arrived again");
}

/// Warns that Logto keeps its log of deliveries for a shorter time than entries are needed. If the log of
/// revocations is lost, a `Reconciler` then cannot restore all entries.
pub(crate) fn tokens_outlive_deliveries() {
    tracing::warn!(
        target: TARGET,
        "Logto keeps its log of deliveries for a day, but max_token_lifetime plus 20 minutes is longer: if \
         the log of revocations is lost, a `Reconciler` cannot bring back all entries; shorten the lifetime \
         of tokens in the Logto console and here"
    );
}

/// Counts a pass of the reconciler.
pub(crate) fn reconciled(complete: bool) {
    metric::reconciled(complete);
}

/// Reports a webhook that should revoke tokens, but does not say whose tokens. Also reports a webhook that
/// can't be parsed. `member` is the JSON field that can't be read.
pub(crate) fn webhook_unreadable(event: &str, member: &'static str) {
    tracing::error!(
        target: TARGET,
        event = printable(event).as_ref(),
        member,
        "a webhook does not say whose tokens to revoke; look the event up in the audit logs of the \
         Logto console, and revoke the tokens with `Revocations::revoke`"
    );
}

/// Warns about a webhook without a time.
pub(crate) fn webhook_without_time(event: &str) {
    tracing::warn!(
        target: TARGET,
        event = printable(event).as_ref(),
        "a webhook has no readable createdAt; the time when it arrived, or when Logto logged it, is used"
    );
}

/// Warns about a webhook whose time is ahead of our clock.
pub(crate) fn webhook_ahead(event: &str, seconds: i64) {
    tracing::warn!(
        target: TARGET,
        event = printable(event).as_ref(),
        seconds,
        "the time of a webhook is ahead of the clock of this service; compare the clocks"
    );
}

/// Warns that roles or scopes changed. Logto does not say which users this concerns.
pub(crate) fn roles_changed(event: &str) {
    tracing::warn!(
        target: TARGET,
        event = printable(event).as_ref(),
        "the scopes of a role changed; tokens keep the old ones until they expire, unless \
         `on_role_change(RevokeEverything)` is set"
    );
}

/// Warns that the log of revocations can't be read or written. Called for the first failure of an outage.
pub(crate) fn revocations_out_of_reach(error: &dyn Display) {
    tracing::warn!(
        target: TARGET,
        reason = %error,
        "can't read or write the log of revocations; trying again until it works"
    );
}

/// Reports a panic while the log was read or written.
pub(crate) fn revocations_panicked() {
    tracing::error!(
        target: TARGET,
        "reading or writing the log of revocations has panicked, and begins again: revocations are missed \
         meanwhile; see the message of the panic, and correct the log that the builder was given"
    );
}

/// Warns about a webhook that is older, by our clock, than every token that is still accepted.
pub(crate) fn webhook_late(event: &str) {
    tracing::warn!(
        target: TARGET,
        event = printable(event).as_ref(),
        "a webhook is older than every token that is still accepted: if Logto sent it just now, the clock of \
         this process is ahead; set the clock"
    );
}

/// Warns that this process can't tell how old the beats (signs of life) in a `RedisLog` are.
#[cfg(feature = "redis")]
pub(crate) fn revocation_beats_without_age() {
    tracing::warn!(
        target: TARGET,
        "the user of Redis lacks the right `+time`, so if a network delivers beats late, a process \
         that has ended seems to be alive; give the user this right, and start this process again"
    );
}

/// Reports the end of the task that reads the log of revocations. The task has ended with its runtime.
pub(crate) fn revocations_reader_ended() {
    tracing::error!(
        target: TARGET,
        "the task that reads the log of revocations has ended with its runtime: revocations are missed; \
         build the list in a runtime that runs as long as requests are served"
    );
}

/// Reports that the log of revocations can be read and written again.
pub(crate) fn revocations_in_reach() {
    tracing::info!(target: TARGET, "the log of revocations works again");
}

/// Sets the gauge of the current silence.
pub(crate) fn revocations_silent_for(age: Duration) {
    metric::revocations_silent_for(age);
}

/// Reports a silence: for more than 15 s, no process that receives webhooks has given a sign of life. This
/// process can miss revocations during a silence.
///
/// `reason` is the last error of the log of revocations, if there is an error.
pub(crate) fn revocations_silent(reason: Option<&impl Display>) {
    tracing::error!(
        target: TARGET,
        reason = reason.map(tracing::field::display),
        "nothing is heard from a process that receives webhooks: revocations are missed; see whether \
         such a process runs, whether it uses the same log of revocations as this process, and whether \
         a new log was accepted"
    );
}

/// Reports that a process that receives webhooks is heard again.
pub(crate) fn revocations_heard() {
    tracing::info!(target: TARGET, "a process that receives webhooks is heard again");
}

/// Reports a log of revocations that is new and that nobody has accepted yet.
pub(crate) fn revocations_new() {
    tracing::error!(
        target: TARGET,
        "the log of revocations is new, so earlier revocations are not in it; run a `Reconciler`, or \
         call `Revocations::accept_empty_log`. If this is not the first start, first revoke again whoever \
         was revoked during the last `max_token_lifetime` plus 20 minutes"
    );
}

/// Reports that another process has accepted the new log of revocations.
pub(crate) fn revocations_accepted() {
    tracing::info!(target: TARGET, "another process has accepted the new log of revocations");
}

/// Reports that this process has accepted the new log of revocations for all processes.
pub(crate) fn revocations_accepted_here() {
    tracing::info!(target: TARGET, "this process has accepted the new log of revocations");
}

/// Warns that requests are served before the log of revocations has been read.
pub(crate) fn revocations_start_empty() {
    tracing::warn!(
        target: TARGET,
        "requests are served before the log of revocations has been read"
    );
}

/// Warns about the first record of the log of revocations that this version can't parse.
pub(crate) fn revocation_skipped(record: &str) {
    tracing::warn!(
        target: TARGET,
        record = printable(record).as_ref(),
        "a record of the log of revocations is not known to this version and was skipped; update this \
         crate on all replicas"
    );
}

/// Warns that the log of revocations had lost entries. This process has written back `entries` of them. Other
/// replicas may have written back more.
pub(crate) fn revocations_written_back(entries: usize) {
    tracing::warn!(
        target: TARGET,
        entries,
        "the log of revocations had lost entries; this process has written them back"
    );
}

/// Warns that the log of revocations has lost entries. This process does not have the right to write them
/// back.
pub(crate) fn revocations_lost(entries: usize) {
    tracing::warn!(
        target: TARGET,
        entries,
        "the log of revocations has lost entries. This process still applies them, but has no right to \
         write them back. A process that knows them and has this right writes them back; if no such \
         process runs, revoke again what was lost"
    );
}

/// Reports that the log of revocations has all entries again.
pub(crate) fn revocations_complete() {
    tracing::info!(target: TARGET, "the log of revocations is complete again");
}

/// Reports a `Logto` that was built without the list of revocations of its tenant.
pub(crate) fn revocations_unasked() {
    tracing::error!(
        target: TARGET,
        "a list of revocations was started for this tenant, but a `Logto` was built without it, so its \
         guards accept revoked tokens; start one list, and add `.revocations(&revocations)` to its builder"
    );
}
