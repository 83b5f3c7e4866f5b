//! Calls the Management API for a webhook's log of deliveries, and for its test call.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::{Management, successful},
    error::Error,
    hooks::{Hook, REVOKING_EVENTS},
    resources::segment,
};

/// How many deliveries are read at a time. Few, because a payload can have thousands of ids.
pub(super) const PAGE: usize = 50;

/// A delivery with its payload. The payload is personal data, so it is neither logged nor printed.
pub(super) struct LoggedDelivery {
    pub(super) id: Option<String>,
    /// When the delivery ended, in milliseconds since the Unix epoch.
    pub(super) logged_at: Option<i64>,
    pub(super) failed: bool,
    /// The JSON that was sent.
    pub(super) body: String,
}

impl LoggedDelivery {
    /// Reads an entry of the log. A missing member is not an error here: applying the delivery reports
    /// it.
    fn of(mut entry: Value) -> Self {
        let payload = &entry["payload"];
        let succeeded = payload["result"] == "Success";
        Self {
            failed: !succeeded,
            body: payload["hookRequest"]["body"].to_string(),
            logged_at: entry["createdAt"].as_i64(),
            id: match entry["id"].take() {
                Value::String(id) => Some(id),
                _ => None,
            },
        }
    }
}

/// The result of a test call.
pub(super) enum TestCall {
    Accepted,
    /// The HTTP status of the response, if there was one.
    Refused(Option<u16>),
}

impl Management {
    /// Returns a page of the deliveries of a webhook, newest first. Returns an empty list
    /// after the last page.
    pub(super) async fn logged_deliveries(
        &self,
        hook: &Hook,
        page: usize,
    ) -> Result<Vec<LoggedDelivery>, Error> {
        let path = format!("/hooks/{}/recent-logs", segment(&hook.id));
        let paged = format!("{path}?page={page}&page_size={PAGE}");
        let answer = self.call(&Method::GET, &paged, None).await?;
        let entries: Vec<Value> = answer.json(&format!("GET /api{path}"))?;
        Ok(entries.into_iter().map(LoggedDelivery::of).collect())
    }

    /// Lets Logto send the test call of a webhook, with the settings that the webhook has.
    pub(super) async fn test_call(&self, hook: &Hook) -> Result<TestCall, Error> {
        let delivered = REVOKING_EVENTS
            .iter()
            .find(|event| hook.events.iter().any(|of_hook| of_hook == *event));
        let events = [delivered.unwrap_or(&REVOKING_EVENTS[0])];
        let path = format!("/hooks/{}/test", segment(&hook.id));
        let body = json!({ "events": events, "config": hook.config });
        let answer = self.exchange(&Method::POST, &path, Some(&body)).await?;
        let code = (answer.status == 422).then(|| answer.code()).flatten();
        match code.as_deref() {
            Some("hook.endpoint_responded_with_error") => {
                Ok(TestCall::Refused(answer.reported_status()))
            }
            Some("hook.send_test_payload_failed") => Ok(TestCall::Refused(None)),
            _ => successful(&format!("POST /api{path}"), answer).map(|_| TestCall::Accepted),
        }
    }
}
