//! The errors of the reconciler. Each message ends with the fix.

use logto_runtime::revocation_log::LogError;

use crate::{error::Error, hooks::REVOKING_EVENTS};

/// A setting of a [`Reconciler`](crate::Reconciler) is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// The URL of the webhook is not an `http` or `https` URL.
    #[error(
        "the URL of the webhook is not an `http` or `https` URL; write it as in the Logto console, \
         such as `https://api.example.com/webhooks/logto`"
    )]
    Webhook,
    /// The client of the Management API and the list of revocations are those of two tenants.
    #[error(
        "the Management API is that of {management}, but the list of revocations is that of \
         {revocations}, which is another tenant; give both the same endpoint"
    )]
    OtherTenant {
        /// The endpoint of the client.
        management: String,
        /// The endpoint of the list, without credentials.
        revocations: String,
    },
    /// An interval is zero.
    #[error("`{setting}` is zero; write the time between two passes or test calls, such as 30 s")]
    Interval {
        /// The name of the builder's method.
        setting: &'static str,
    },
}

/// A pass of the reconciler over Logto's log of deliveries failed.
///
/// The message ends with the fix. It never contains secrets, payloads or the query of the webhook's URL. A
/// field `url` has the URL of the webhook without credentials, query and fragment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReconcileError {
    /// A call of the Management API failed.
    #[error(transparent)]
    Management(#[from] Error),
    /// The log of revocations can't be read or written. The next pass tries again.
    #[error("{0}; if this goes on, check the server or the file of the log")]
    Log(LogError),
    /// The pass has read its maximum number of deliveries of a webhook, and has applied them. Older
    /// deliveries may still matter. The next pass tries again.
    #[error(
        "the webhook to {url} had more than {limit} deliveries within the time in which revocations \
         matter, so the oldest ones were not applied; switch off the events of the webhook that revoke \
         nothing, such as `User.Data.Updated` (console: Webhooks > the webhook), or shorten the lifetime \
         of tokens"
    )]
    TooManyDeliveries {
        /// The URL of the webhook.
        url: String,
        /// The maximum number of deliveries that one pass reads for one webhook.
        limit: usize,
    },
    /// A delivery is too large to be read, for example because it is about a user with very much custom data.
    /// The other deliveries that the pass read are applied.
    #[error(
        "a delivery of the webhook to {url} is larger than 16 MiB, so it was not applied; find it in the \
         console (Webhooks > the webhook > Recent requests), and revoke its user with \
         `Revocations::revoke`"
    )]
    DeliveryTooLarge {
        /// The URL of the webhook.
        url: String,
    },
    /// The tenant does not have a webhook for this URL.
    #[error(
        "no webhook of the tenant delivers to {url}, so nothing is revoked; create one in the \
         console (Webhooks) with exactly the URL given to the `Reconciler`, and the events {}", REVOKING_EVENTS.join(", ")
    )]
    WebhookMissing {
        /// The URL of the webhook.
        url: String,
    },
    /// The webhook is disabled.
    #[error(
        "the webhook to {url} is disabled, so nothing is revoked; enable it in the console (Webhooks > \
         the webhook)"
    )]
    WebhookDisabled {
        /// The URL of the webhook.
        url: String,
    },
    /// The webhook does not deliver all events that revoke.
    #[error(
        "the webhook to {url} does not deliver {}, so these events do not revoke; add the events in the \
         console (Webhooks > the webhook)", events.join(", ")
    )]
    WebhookLacksEvents {
        /// The URL of the webhook.
        url: String,
        /// The [`REVOKING_EVENTS`] that the webhook does not deliver.
        events: Vec<&'static str>,
    },
    /// The webhook does not accept Logto's test call.
    #[error("the webhook to {url} {}", refused(*status))]
    TestCall {
        /// The URL of the webhook.
        url: String,
        /// The HTTP status of the response, if there was one.
        status: Option<u16>,
    },
}

impl ReconcileError {
    /// Returns the kind of the failure, so that a failure of the same kind is not logged again.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Management(Error::Unreachable { .. }) => "unreachable",
            Self::Management(Error::Busy { .. }) => "busy",
            Self::Management(_) => "refused",
            Self::Log(_) => "log",
            Self::TooManyDeliveries { .. } => "too_many_deliveries",
            Self::DeliveryTooLarge { .. } => "delivery_too_large",
            Self::WebhookMissing { .. } => "webhook_missing",
            Self::WebhookDisabled { .. } => "webhook_disabled",
            Self::WebhookLacksEvents { .. } => "webhook_lacks_events",
            Self::TestCall { .. } => "test_call",
        }
    }

    /// Whether the error concerns only some deliveries of one webhook. The pass then goes on with the next
    /// webhook.
    pub(super) fn is_partial(&self) -> bool {
        matches!(
            self,
            Self::DeliveryTooLarge { .. } | Self::TooManyDeliveries { .. }
        )
    }

    /// Whether the failure is an outage of Logto or of the log of revocations. An outage can end by itself.
    pub(super) fn is_outage(&self) -> bool {
        matches!(self.kind(), "unreachable" | "busy" | "log")
    }
}

fn refused(status: Option<u16>) -> String {
    let (answers, fix) = match status {
        Some(status) => (
            format!("answers Logto's test call with {status}"),
            match status {
                401 => {
                    "give the service the signing key of the webhook (console: Webhooks > the webhook)"
                }
                503 => "see in the service's own log why the log of revocations is out of reach",
                _ => "check that the path of the URL is that of the service's route for webhooks",
            },
        ),
        None => (
            "does not answer Logto's test call".to_owned(),
            "check that the service runs, and that Logto can reach it under this URL",
        ),
    };
    format!("{answers}; {fix}")
}
