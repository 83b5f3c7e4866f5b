//! Calls the Management API. Reads the deliveries of a webhook, and requests the test call of the webhook.

use logto_runtime::__private::Shallow;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    answer::TOO_LARGE,
    client::{Management, successful},
    error::Error,
    hooks::{Hook, REVOKING_EVENTS},
    resources::segment,
};

/// The maximum number of deliveries on a page. It is small, because a payload can have thousands of ids.
pub(super) const PAGE: usize = 50;

/// A delivery (one call of a webhook) with its payload. The payload is personal data, so it is neither logged
/// nor printed.
pub(super) struct LoggedDelivery {
    pub(super) id: Option<String>,
    /// When Logto logged the delivery, in milliseconds since the Unix epoch.
    pub(super) logged_at: Option<i64>,
    pub(super) failed: bool,
    /// The JSON that was sent, as far as [`Entry`] reads it.
    pub(super) body: String,
}

/// An entry of the log. Only fields with a known name are read, and only five levels: the entry, `payload`,
/// `hookRequest`, `body`, and the objects and lists in the body. Deeper levels can contain what a user wrote.
/// They are skipped, so that they can't make the page unreadable.
type Entry = Shallow<5>;

impl LoggedDelivery {
    /// Reads an entry of the log. A missing JSON field is not an error here. The fields of the body are
    /// checked later, when the delivery is applied.
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

/// A page of deliveries.
pub(super) struct Page {
    pub(super) deliveries: Vec<LoggedDelivery>,
    /// Whether this is certainly the last page.
    pub(super) is_last: bool,
    /// Whether all deliveries of the page could be read. A delivery that is too large can't be read.
    pub(super) is_complete: bool,
}

impl Page {
    /// Returns the time of the newest delivery on this page, or `None` if no delivery has a time.
    pub(super) fn newest(&self) -> Option<i64> {
        let times = self.deliveries.iter().filter_map(|it| it.logged_at);
        times.max()
    }
}

fn is_too_large(error: &Error) -> bool {
    matches!(error, Error::Answer { problem, .. } if *problem == TOO_LARGE)
}

/// The result of a test call.
pub(super) enum TestCall {
    Accepted,
    /// The HTTP status of the response, if there was one.
    Refused(Option<u16>),
}

impl Management {
    /// Returns a page of the deliveries of a webhook, newest first.
    ///
    /// A delivery contains data that a user wrote, so a page can be too large for one response. The
    /// deliveries of such a page are read one by one.
    pub(super) async fn logged_deliveries(&self, hook: &Hook, page: usize) -> Result<Page, Error> {
        match self.recent_logs(hook, page, PAGE).await {
            Err(error) if is_too_large(&error) => {}
            read => {
                let deliveries = read?;
                let is_last = deliveries.len() < PAGE;
                return Ok(Page {
                    deliveries,
                    is_last,
                    is_complete: true,
                });
            }
        }
        let mut read = Page {
            deliveries: Vec::new(),
            is_last: false,
            is_complete: true,
        };
        let before = page.saturating_sub(1).saturating_mul(PAGE);
        for number in 1..=PAGE {
            let one = self.recent_logs(hook, before.saturating_add(number), 1);
            match one.await {
                Err(error) if is_too_large(&error) => read.is_complete = false,
                Err(error) => return Err(error),
                Ok(one) if one.is_empty() => {
                    read.is_last = true;
                    break;
                }
                Ok(one) => read.deliveries.extend(one),
            }
        }
        Ok(read)
    }

    async fn recent_logs(
        &self,
        hook: &Hook,
        page: usize,
        size: usize,
    ) -> Result<Vec<LoggedDelivery>, Error> {
        let path = format!("/hooks/{}/recent-logs", segment(&hook.id));
        let paged = format!("{path}?page={page}&page_size={size}");
        let answer = self.call(&Method::GET, &paged, None).await?;
        let entries: Vec<Entry> = answer.json(&format!("GET /api{path}"))?;
        let entries = entries.into_iter();
        Ok(entries
            .map(|Shallow(entry)| LoggedDelivery::of(entry))
            .collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Users choose their own custom data. If this data made a page unreadable, a suspended user would keep
    /// access.
    #[test]
    fn custom_data_does_not_make_a_page_unreadable() {
        let nested = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for written in [&*nested, r#""\ud800""#, "1e999", r#"{"id":"bob"}"#] {
            let page = format!(
                r#"[{{"id":"l1","createdAt":1795462700000,"key":"k","payload":{{"result":"Success",
                "response":{{"body":{written}}},"hookRequest":{{"body":{{"event":"User.Deleted",
                "params":{{"userId":"alice"}},"removedUserIds":["bob"],
                "data":{{"id":"alice","customData":{written},"isSuspended":true}}}}}}}}}}]"#
            );
            let entries: Vec<Entry> = serde_json::from_str(&page).unwrap();
            let entries = entries.into_iter();
            let read: Vec<_> = entries
                .map(|Shallow(entry)| LoggedDelivery::of(entry))
                .collect();
            assert_eq!(read.len(), 1);
            let one = &read[0];
            assert_eq!(one.id.as_deref(), Some("l1"));
            assert_eq!(
                (one.logged_at, one.failed),
                (Some(1_795_462_700_000), false)
            );
            let body: Value = serde_json::from_str(&one.body).unwrap();
            let expected = json!({
                "event": "User.Deleted",
                "params": { "userId": "alice" },
                "removedUserIds": ["bob"],
                "data": { "id": "alice", "isSuspended": true },
            });
            assert_eq!(body, expected, "{written:.40}");
        }
    }
}
