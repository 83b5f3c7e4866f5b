//! Checks the token lifetimes and the webhook of a program with revocation.

use std::collections::BTreeSet;

use logto_management::{Hook, Management, REVOKING_EVENTS as EVENTS};
use logto_manifest::Manifest;

use crate::{failure::Failure, finding::Finding, source::Revocation, tenant::Tenant, text::plain};

/// Finds declared resources whose tokens live longer than `max_token_lifetime`. If the program does not set
/// `max_token_lifetime`, uses the default. If the source does not show the value, finds nothing.
pub(super) fn lifetimes(
    file: &str,
    manifest: &Manifest,
    revocation: &Revocation,
    tenant: &Tenant,
) -> Vec<Finding> {
    let Some(horizon) = revocation.horizon() else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for declared in &manifest.resources {
        let Some(resource) = tenant.resource(&declared.indicator) else {
            continue;
        };
        if resource.token_lifetime > horizon {
            let message = format!(
                "tokens for {} live {} s, but `max_token_lifetime` is {} s: set \
                 `max_token_lifetime` to the longest lifetime, or shorten the lifetime of these \
                 tokens in the console (API resources > the resource > Token expiration time)",
                declared.indicator,
                resource.token_lifetime.as_secs(),
                horizon.as_secs()
            );
            let found = Finding::warning("lifetime_above_horizon", message);
            findings.push(found.at_line(file, declared.line));
        }
    }
    findings
}

/// Finds problems of the webhook that revokes tokens.
///
/// Checks the webhooks whose URL ends with the path of the program's webhook route. If the source does not
/// show this path, checks the webhooks with an event that revokes tokens. If there are several, returns the
/// findings of the best webhook. An enabled webhook is better than a disabled one. Of two enabled or two
/// disabled webhooks, the one with fewer findings is better.
pub(super) async fn webhook(
    revocation: &Revocation,
    management: &Management,
) -> Result<Vec<Finding>, Failure> {
    let hooks = management.hooks().await?;
    let is_candidate = |hook: &&Hook| match &revocation.webhook {
        Some(path) => ends_with(&hook.url, path),
        None => hook.events.iter().any(|it| EVENTS.contains(&&**it)),
    };
    let mut best: Option<((bool, usize), Vec<Finding>)> = None;
    for hook in hooks.iter().filter(is_candidate) {
        let findings = problems(hook, management).await?;
        let rank = (!hook.enabled, findings.len());
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            best = Some((rank, findings));
        }
    }
    Ok(best.map_or_else(|| vec![missing(revocation)], |(_, findings)| findings))
}

fn missing(revocation: &Revocation) -> Finding {
    let path = match &revocation.webhook {
        Some(path) => format!(" to a URL that ends with `{path}`"),
        None => " with an event that revokes".to_owned(),
    };
    let message = format!(
        "the program revokes tokens, but the tenant does not have a webhook{path}; create one in \
         the console (Webhooks) with the events {}",
        EVENTS.join(", ")
    );
    Finding::warning("webhook_missing", message)
}

async fn problems(hook: &Hook, management: &Management) -> Result<Vec<Finding>, Failure> {
    let name = plain(&hook.name);
    let mut findings = Vec::new();
    if !hook.enabled {
        let message = format!(
            "the webhook `{name}` is disabled, so nothing is revoked; enable it in the console \
             (Webhooks > the webhook)"
        );
        findings.push(Finding::warning("webhook_disabled", message));
    }
    let events: BTreeSet<&str> = hook.events.iter().map(String::as_str).collect();
    for event in EVENTS.iter().filter(|it| !events.contains(*it)) {
        let message = format!(
            "the webhook `{name}` does not deliver {event}, so this event does not revoke tokens; \
             add the event in the console (Webhooks > the webhook)"
        );
        findings.push(Finding::warning("webhook_lacks_event", message));
    }
    let deliveries = management.deliveries(&hook.id).await?;
    let failed = deliveries.iter().filter(|it| it.failed).count();
    if let Some(newest) = deliveries.iter().find(|it| it.failed) {
        let status = match newest.status {
            Some(status) => format!("the most recent failure was answered with {status}"),
            None => "the most recent failure was not answered".to_owned(),
        };
        let message = format!(
            "of the {} newest deliveries of the webhook `{name}` in the last day, {failed} failed; \
             {status}. Logto does not send a failed delivery again; see the log of the receiver for \
             the cause",
            deliveries.len()
        );
        findings.push(Finding::warning("webhook_failing", message));
    }
    Ok(findings)
}

/// Checks whether a URL without its query and fragment ends with the path of a route. Ignores slashes at the
/// end of the URL and at the end of the path.
fn ends_with(url: &str, path: &str) -> bool {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    url.trim_end_matches('/')
        .ends_with(path.trim_end_matches('/'))
}
