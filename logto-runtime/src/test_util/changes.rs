//! Methods with which a test changes users and organization members. A webhook reports each change.

use http::StatusCode;

use super::{test_tenant::TestTenant, webhook::Change, webhook_target::WebhookTarget};

/// Webhooks. Each change of a user or of a member of an organization is sent to the webhook that
/// [`send_webhooks_to`](Self::send_webhooks_to) sets. A method that makes a change waits for the response,
/// and returns the status of the response. If this webhook is not set, or if its URL cannot be reached, the
/// method returns `None`. The tenant only reports a change: [`token`](Self::token) still signs tokens for a
/// suspended user.
#[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
impl TestTenant {
    /// Creates the tenant's webhook, or changes its URL and key. The tenant sends each change to this URL,
    /// signed with this key.
    ///
    /// The Management API lists the webhook with the time of its creation. It also lists the deliveries of
    /// the last day, with their times. All of these times come from the tenant's clock, which
    /// [`advance`](Self::advance) moves.
    ///
    /// ```no_run
    /// # use logto_runtime::test_util::TestTenant;
    /// # async fn example(tenant: TestTenant) {
    /// tenant.send_webhooks_to("http://127.0.0.1:3000/webhooks/logto", "a key of at least 16 characters");
    /// assert_eq!(tenant.suspend("alice").await.unwrap(), 200);
    /// # }
    /// ```
    pub fn send_webhooks_to(&self, url: impl Into<String>, signing_key: impl Into<String>) {
        let mut target = self.tenant.webhook.target();
        let created = (target.as_ref()).map_or_else(|| self.now(), |target| target.created);
        *target = Some(WebhookTarget {
            url: url.into(),
            key: signing_key.into(),
            created,
        });
    }

    /// Suspends a user.
    pub async fn suspend(&self, user: &str) -> Option<StatusCode> {
        let suspended = true;
        self.tenant
            .report(Change::Suspended { user, suspended })
            .await
    }

    /// Reactivates a suspended user.
    pub async fn reactivate(&self, user: &str) -> Option<StatusCode> {
        let suspended = false;
        self.tenant
            .report(Change::Suspended { user, suspended })
            .await
    }

    /// Deletes a user.
    pub async fn delete_user(&self, user: &str) -> Option<StatusCode> {
        self.tenant.report(Change::UserDeleted { user }).await
    }

    /// Removes a user from an organization.
    pub async fn remove_member(&self, organization: &str, user: &str) -> Option<StatusCode> {
        self.tenant
            .report(Change::MemberRemoved { organization, user })
            .await
    }
}
