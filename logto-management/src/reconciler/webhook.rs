//! Finds the tenant's webhooks with the URL of the reconciler, and checks their settings.

use url::Url;

use super::error::ReconcileError;
use crate::hooks::{Hook, REVOKING_EVENTS};

/// The URL of the webhook whose deliveries revoke tokens. Several webhooks of the tenant can have this URL.
#[derive(Clone, Debug)]
pub(super) struct Webhook {
    url: Url,
}

impl Webhook {
    pub(super) fn new(url: Url) -> Self {
        Self { url }
    }

    /// Whether a webhook of the tenant has this URL. The paths `/hook` and `/hook/` are different.
    pub(super) fn is(&self, hook: &Hook) -> bool {
        Url::parse(&hook.url).is_ok_and(|url| url == self.url)
    }

    /// Returns the URL without its credentials, query and fragment. These can be secret.
    pub(super) fn shown(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        // These calls fail only for URLs without a host, which do not have credentials.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.into()
    }

    /// Checks that the enabled webhooks with this URL together deliver all [`REVOKING_EVENTS`].
    pub(super) fn check(&self, hooks: &[Hook]) -> Result<(), ReconcileError> {
        let url = self.shown();
        if hooks.is_empty() {
            return Err(ReconcileError::WebhookMissing { url });
        }
        let enabled: Vec<_> = hooks.iter().filter(|hook| hook.enabled).collect();
        if enabled.is_empty() {
            return Err(ReconcileError::WebhookDisabled { url });
        }
        let delivers = |event: &str| {
            let mut events = enabled.iter().flat_map(|hook| &hook.events);
            events.any(|delivered| delivered == event)
        };
        let mut lacking = REVOKING_EVENTS.to_vec();
        lacking.retain(|event| !delivers(event));
        if lacking.is_empty() {
            return Ok(());
        }
        Err(ReconcileError::WebhookLacksEvents {
            url,
            events: lacking,
        })
    }
}
