//! Webhooks, and their deliveries of the last day.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use crate::{client::Management, error::Error, resources::segment};

/// The maximum number of pages that [`Management::deliveries`] reads. A busy tenant can have more pages in a
/// day.
const DELIVERY_PAGES: usize = 10;

/// The events that can revoke tokens, whatever the settings are. Together, the webhooks for revocations must
/// deliver all of them.
///
/// With `RoleChange::RevokeEverything` of `logto-runtime`, changes of roles and scopes revoke, too.
pub const REVOKING_EVENTS: [&str; 4] = [
    "Organization.Deleted",
    "Organization.Membership.Updated",
    "User.Deleted",
    "User.SuspensionStatus.Updated",
];

/// A webhook. The `Debug` output contains neither its URL nor its headers.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hook {
    /// Logto's id of the webhook.
    pub id: String,
    /// The name that the console shows.
    pub name: String,
    /// The events that it delivers, such as `User.Deleted`.
    pub events: Vec<String>,
    /// Whether it is enabled. A webhook that is disabled delivers nothing.
    pub enabled: bool,
    /// The URL that it delivers to.
    pub url: String,
    /// The URL and the other settings, such as headers. Headers can be secret.
    pub(crate) config: Value,
    /// When the webhook was created, in milliseconds since the Unix epoch. `None` if Logto does not send a
    /// positive `i64`.
    #[cfg_attr(not(feature = "reconciler"), allow(dead_code))]
    pub(crate) created_at: Option<i64>,
}

/// The outcome of a delivery. The payload of the delivery is personal data, and is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The event, such as `User.Deleted`.
    pub event: String,
    /// Whether the delivery failed: Logto does not list it as successful.
    pub failed: bool,
    /// The HTTP status that the receiver answered with, if it answered.
    pub status: Option<u16>,
}

impl Management {
    /// Returns all webhooks, without their signing keys.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn hooks(&self) -> Result<Vec<Hook>, Error> {
        self.list("/hooks").await
    }

    /// Returns the deliveries of a webhook in the last day, newest first. Returns at most the newest 1,000.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn deliveries(&self, hook_id: &str) -> Result<Vec<Delivery>, Error> {
        let path = format!("/hooks/{}/recent-logs", segment(hook_id));
        let (newest, _) = self.first_pages(&path, DELIVERY_PAGES).await?;
        Ok(newest)
    }
}

impl<'de> Deserialize<'de> for Hook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            id: String,
            #[serde(default)]
            name: String,
            /// The only event of an old webhook, created before webhooks could have several events.
            event: Option<String>,
            #[serde(default)]
            events: Vec<String>,
            enabled: bool,
            config: Value,
            #[serde(default)]
            created_at: Value,
        }
        let Body {
            id,
            name,
            event,
            mut events,
            enabled,
            config,
            created_at,
        } = Body::deserialize(deserializer)?;
        let url = config.get("url").and_then(Value::as_str);
        let url = url
            .ok_or_else(|| D::Error::missing_field("url"))?
            .to_owned();
        if events.is_empty() {
            events.extend(event);
        }
        Ok(Self {
            id,
            name,
            events,
            enabled,
            url,
            config,
            created_at: created_at.as_i64().filter(|at| *at > 0),
        })
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("events", &self.events)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for Delivery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Body {
            key: String,
            payload: Payload,
        }
        #[derive(Deserialize)]
        struct Payload {
            result: Option<String>,
            response: Option<Response>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Response {
            status_code: Option<u16>,
        }
        let Body { key, payload } = Body::deserialize(deserializer)?;
        let event = key.strip_prefix("TriggerHook.").unwrap_or(&key).to_owned();
        Ok(Self {
            event,
            failed: payload.result.as_deref() != Some("Success"),
            status: payload.response.and_then(|response| response.status_code),
        })
    }
}
