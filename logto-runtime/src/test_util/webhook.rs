//! Sends the webhooks of a test tenant. Bodies and signatures are like those recorded from Logto.

use std::sync::OnceLock;

use aws_lc_rs::hmac;
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::json;

use super::{
    iso_8601,
    members::Members,
    tenant::Tenant,
    webhook_target::{Delivery, WebhookTarget},
};
use crate::revocation::webhook::signature;

/// The id of the webhook that `send_webhooks_to` sets.
pub(super) const ID: &str = "test-hook";

/// A change of a user or of a member of an organization, made by a test or through the Management API.
pub(super) enum Change<'a> {
    Suspended {
        user: &'a str,
        suspended: bool,
    },
    UserDeleted {
        user: &'a str,
    },
    MemberRemoved {
        organization: &'a str,
        user: &'a str,
    },
}

impl Tenant {
    /// Sends a change to the webhook, and returns the status of the answer. The Management API then lists the
    /// delivery, even if it failed.
    ///
    /// Returns `None` if the tenant does not have a webhook, or if the request fails.
    pub(super) async fn report(&self, change: Change<'_>) -> Option<StatusCode> {
        let WebhookTarget { url, key, .. } = self.webhook.target().clone()?;
        let body = body(&change, &iso_8601::format(self.clock.now()));
        let status = send(&url, &key, &body).await;
        self.webhook.deliveries().push(Delivery {
            at: self.clock.now(),
            body,
            status: status.map(|status| status.as_u16()),
        });
        status
    }
}

/// Sends a test call of a webhook. Logto sends the same made-up values, such as `fake-id`.
pub(super) async fn send_test(
    url: &str,
    key: &str,
    hook: &str,
    event: &str,
    created_at: &str,
) -> Option<StatusCode> {
    let body = Members::default()
        .with("event", event)
        .with("hookId", hook)
        .with("createdAt", created_at)
        .with("userAgent", "fake-user-agent")
        .with("path", "/fake-path/:id")
        .with("method", "POST")
        .with("status", 200)
        .with("params", json!({ "id": "fake-id" }))
        .with("data", json!({ "result": "success" }));
    send(url, key, &body.to_string()).await
}

/// Returns the client that all tests share. Each test has its own runtime, and a connection ends with the
/// runtime that opened it. So the client does not keep connections open.
fn client() -> Option<&'static reqwest::Client> {
    static CLIENT: OnceLock<Option<reqwest::Client>> = OnceLock::new();
    let new = || {
        let client = reqwest::Client::builder().no_proxy();
        client.pool_max_idle_per_host(0).build().ok()
    };
    CLIENT.get_or_init(new).as_ref()
}

/// Signs and sends a body. Returns the status of the answer, or `None` if the request fails.
async fn send(url: &str, key: &str, body: &str) -> Option<StatusCode> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let signature: String = hmac::sign(&key, body.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let request = client()?
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(signature::HEADER, signature)
        .body(body.to_owned());
    Some(request.send().await.ok()?.status())
}

/// Returns the body of a delivery. Its top-level fields have the order that was recorded from Logto.
fn body(change: &Change<'_>, created_at: &str) -> String {
    let event = match change {
        Change::Suspended { .. } => "User.SuspensionStatus.Updated",
        Change::UserDeleted { .. } => "User.Deleted",
        Change::MemberRemoved { .. } => "Organization.Membership.Updated",
    };
    let head = Members::default()
        .with("event", event)
        .with("createdAt", created_at)
        .with("userAgent", "logto-test-tenant")
        .with("ip", "127.0.0.1");
    let profile = |user: &str, suspended: bool| {
        json!({
            "id": user, "username": user, "primaryEmail": null, "primaryPhone": null,
            "name": null, "avatar": null, "customData": {}, "identities": {},
            "lastSignInAt": null, "profile": {}, "applicationId": null,
            "isSuspended": suspended,
        })
    };
    let body = match *change {
        Change::Suspended { user, suspended } => head
            .with("path", format!("/users/{user}/is-suspended"))
            .with("method", "PATCH")
            .with("status", 200)
            .with("params", json!({ "userId": user }))
            .with("matchedRoute", "/users/:userId/is-suspended")
            .with("data", profile(user, suspended)),
        Change::UserDeleted { user } => head
            .with("data", profile(user, false))
            .with("path", format!("/users/{user}"))
            .with("method", "DELETE")
            .with("status", 204)
            .with("params", json!({ "userId": user }))
            .with("matchedRoute", "/users/:userId"),
        Change::MemberRemoved { organization, user } => head
            .with(
                "path",
                format!("/organizations/{organization}/users/{user}"),
            )
            .with("method", "DELETE")
            .with("status", 204)
            .with("params", json!({ "id": organization, "userId": user }))
            .with("matchedRoute", "/organizations/:id/users/:userId")
            .with("organizationId", organization)
            .with("removedUserIds", json!([user])),
    };
    body.with("hookId", ID).to_string()
}
