//! Reads the JSON fields of a delivery (the body of a webhook). A signature proves that Logto sent the
//! delivery. The signature does not prove that each field has the expected type.

use serde_json::{Map, Value};

use super::{created_at::unix_millis, shallow::Shallow};
use crate::revocation::id::check_id;

/// The greatest number of ids that Logto puts into a list.
const LONGEST_LIST: usize = 5_000;

/// The JSON fields of a delivery.
pub(super) struct Delivery(Map<String, Value>);

/// The ids in a JSON field of a delivery.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listed<'a> {
    pub(super) ids: Vec<&'a str>,
    /// Whether the delivery has the field, and the field is not `null`.
    pub(super) present: bool,
    /// Whether the field is `null`.
    pub(super) null: bool,
    /// Whether the list is so long that Logto may have left ids out.
    pub(super) cut: bool,
    /// Whether the field is present, but is not a list that has only ids.
    pub(super) faulty: bool,
}

impl Delivery {
    /// Parses a body. Returns `None` if it is not a JSON object, or does not name an event.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        // Reads two levels: the delivery, and the objects and lists in it.
        let Shallow::<2>(Value::Object(fields)) = serde_json::from_slice(body).ok()? else {
            return None;
        };
        let delivery = Self(fields);
        delivery.text("event").is_some().then_some(delivery)
    }

    pub(super) fn event(&self) -> &str {
        self.text("event").unwrap_or_default()
    }

    /// Returns the time of the event by Logto's clock, in milliseconds since the Unix epoch.
    pub(super) fn created_at(&self) -> Option<i64> {
        self.text("createdAt").and_then(unix_millis)
    }

    /// Returns the IP address of the client that made the change in Logto.
    pub(super) fn ip(&self) -> Option<&str> {
        self.text("ip")
    }

    /// Whether this is a test call. A test call has a made-up path, and does not have an IP address.
    pub(super) fn is_test(&self) -> bool {
        let path = self.text("path");
        path.is_some_and(|path| path.starts_with("/fake-path/")) && !self.0.contains_key("ip")
    }

    /// Whether the delivery says that the user is not suspended. In `User.SuspensionStatus.Updated`, this
    /// means that the user was reactivated.
    pub(super) fn is_reactivation(&self) -> bool {
        let data = self.0.get("data");
        data.and_then(|data| data.get("isSuspended")) == Some(&Value::Bool(false))
    }

    /// Returns the user of an event.
    ///
    /// `params` has the path parameters of the request that made the change in Logto. If `params` does not
    /// have a `userId`, reads the `id` in `data`. `params` takes precedence, because a user may have written
    /// `data`, for example as custom data.
    pub(super) fn user(&self) -> Option<&str> {
        let in_path = self.0.get("params").and_then(|params| params.get("userId"));
        let named = in_path.or_else(|| self.0.get("data")?.get("id"));
        id(named?)
    }

    /// Returns the organization of a membership event. Does not read the `id` in `params`, because it is not
    /// always the id of an organization.
    pub(super) fn organization(&self) -> Option<&str> {
        id(self.0.get("organizationId")?)
    }

    /// Returns the organization that was deleted.
    pub(super) fn deleted_organization(&self) -> Option<&str> {
        id(self.0.get("params")?.get("id")?)
    }

    /// Returns the ids in this field of the delivery. A field that is `null` does not list anything, so it
    /// counts as not present.
    pub(super) fn listed(&self, field: &str) -> Listed<'_> {
        let Some(value) = self.0.get(field) else {
            return Listed::default();
        };
        if value.is_null() {
            return Listed {
                null: true,
                ..Listed::default()
            };
        }
        let values = value.as_array().map(Vec::as_slice);
        let ids: Vec<_> = values.unwrap_or_default().iter().filter_map(id).collect();
        Listed {
            present: true,
            null: false,
            cut: values.is_some_and(|values| values.len() >= LONGEST_LIST),
            faulty: values.is_none_or(|values| values.len() != ids.len()),
            ids,
        }
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_str()
    }
}

fn id(value: &Value) -> Option<&str> {
    value.as_str().filter(|id| check_id(id).is_ok())
}
