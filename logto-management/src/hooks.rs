//! Webhooks, and the deliveries of the last day.

use serde::{Deserialize, Deserializer};

use crate::{client::Management, error::Error, resources::segment};

/// How many pages of deliveries are read. A busy tenant has more in a day.
const DELIVERY_PAGES: usize = 10;

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hook {
    /// Logto's id of the webhook.
    pub id: String,
    /// The name that the console shows.
    pub name: String,
    /// The events that it delivers, such as `User.Deleted`.
    pub events: Vec<String>,
    /// Whether it delivers at all.
    pub enabled: bool,
    /// The URL that it delivers to.
    pub url: String,
}

/// The outcome of a delivery. Its payload, which is personal data, is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The event, such as `User.Deleted`.
    pub event: String,
    /// Whether it failed.
    pub failed: bool,
    /// The HTTP status that the receiver answered with, if it answered.
    pub status: Option<u16>,
}

impl Management {
    /// Returns all webhooks, without their signing keys.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached or refuses the call.
    pub async fn hooks(&self) -> Result<Vec<Hook>, Error> {
        self.list("/hooks").await
    }

    /// Returns the deliveries of a webhook in the last day, newest first: at most the last thousand.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached or refuses the call.
    pub async fn deliveries(&self, hook_id: &str) -> Result<Vec<Delivery>, Error> {
        let path = format!("/hooks/{}/recent-logs", segment(hook_id));
        let (newest, _) = self.first_pages(&path, DELIVERY_PAGES).await?;
        Ok(newest)
    }
}

impl<'de> Deserialize<'de> for Hook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Body {
            id: String,
            #[serde(default)]
            name: String,
            /// The only event of a webhook that was created before Logto had lists of them.
            event: Option<String>,
            #[serde(default)]
            events: Vec<String>,
            enabled: bool,
            config: Config,
        }
        #[derive(Deserialize)]
        struct Config {
            url: String,
        }
        let Body {
            id,
            name,
            event,
            mut events,
            enabled,
            config: Config { url },
        } = Body::deserialize(deserializer)?;
        if events.is_empty() {
            events.extend(event);
        }
        Ok(Self {
            id,
            name,
            events,
            enabled,
            url,
        })
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
