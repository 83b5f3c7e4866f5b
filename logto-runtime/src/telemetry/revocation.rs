//! Events about revocations.

use super::{
    metric,
    text::{TARGET, printable},
};

/// An entry that this process adds to the list, for the audit event.
pub(crate) struct Audit<'a> {
    pub(crate) kind: &'static str,
    pub(crate) organization: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) not_before: i64,
    pub(crate) source: &'a str,
    pub(crate) actor: Option<&'a str>,
}

/// Reports an entry that this process adds to the list, as one event at `info`.
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

/// Sets the gauge of the entries in the list.
pub(crate) fn revocation_entries(entries: usize) {
    metric::revocation_entries(entries);
}

/// Warns that a restart forgets the list.
pub(crate) fn revocations_in_memory() {
    tracing::warn!(
        target: TARGET,
        "revocations are kept in memory only: a restart forgets them, and other replicas do not see \
         them"
    );
}

/// Warns about a list that takes much memory. Nothing is removed to save space.
pub(crate) fn many_revocations(entries: usize) {
    tracing::warn!(
        target: TARGET,
        entries,
        "the list of revocations is very long; see which source writes to it"
    );
}

/// Reports the first token whose lifetime is longer than the settings say.
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

/// Reports a webhook that should revoke something, but does not say whose tokens.
pub(crate) fn webhook_unreadable(event: &str, member: &'static str) {
    tracing::error!(
        target: TARGET,
        event = printable(event).as_ref(),
        member,
        "a webhook does not say whose tokens to revoke; look the event up in the audit logs of the \
         Logto console, and revoke them with `Revocations::revoke`"
    );
}

/// Warns about a webhook without a time.
pub(crate) fn webhook_without_time(event: &str) {
    tracing::warn!(
        target: TARGET,
        event = printable(event).as_ref(),
        "a webhook has no readable createdAt; the time of its arrival is used"
    );
}

/// Warns about a webhook from the future.
pub(crate) fn webhook_ahead(event: &str, seconds: i64) {
    tracing::warn!(
        target: TARGET,
        event = printable(event).as_ref(),
        seconds,
        "the time of a webhook is ahead of the clock of this service; compare the clocks"
    );
}

/// Reports that scopes of roles changed. Logto does not say who holds them.
pub(crate) fn roles_changed(event: &str, revoked: bool) {
    let event = printable(event);
    if !revoked {
        tracing::warn!(
            target: TARGET,
            event = event.as_ref(),
            "the scopes of a role changed; tokens keep the old ones until they expire, unless \
             `on_role_change(RevokeEverything)` is set"
        );
    }
}
