//! The settings of a [`Reconciler`], which applies the webhook deliveries in Logto's own log.

use std::{fmt, time::Duration};

use logto_runtime::Revocations;
use url::Url;

use super::{Reconciler, error::SettingError, same_tenant, webhook::Webhook};
use crate::client::Management;

const EVERY: Duration = Duration::from_secs(30);
const TEST_CALL_EVERY: Duration = Duration::from_secs(3_600);

/// Builds a [`Reconciler`]. Created by [`Reconciler::builder`].
#[must_use = "a builder does nothing until `build`"]
pub struct ReconcilerBuilder {
    management: Management,
    revocations: Revocations,
    webhook: String,
    every: Duration,
    test_call_every: Duration,
}

impl Reconciler {
    /// Returns a builder.
    ///
    /// `webhook` is the URL of the webhook, exactly as in the Logto console. Several webhooks can have this
    /// URL, for example while a signing key is replaced. The deliveries of all these webhooks are applied.
    pub fn builder(
        management: Management,
        revocations: &Revocations,
        webhook: impl Into<String>,
    ) -> ReconcilerBuilder {
        ReconcilerBuilder {
            management,
            revocations: revocations.clone(),
            webhook: webhook.into(),
            every: EVERY,
            test_call_every: TEST_CALL_EVERY,
        }
    }
}

impl ReconcilerBuilder {
    /// Sets the time between two passes over Logto's log of deliveries. The default is 30 s.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval;
        self
    }

    /// Sets the time from an accepted test call to the next test call. The default is one hour. In a test
    /// call, Logto sends test data to the webhook.
    ///
    /// If a test call is not accepted, the next pass lets Logto send a new one.
    pub fn test_call_every(mut self, interval: Duration) -> Self {
        self.test_call_every = interval;
        self
    }

    /// Builds the reconciler. Does not send requests yet.
    ///
    /// Give [`Management`] and [`Revocations`] the same endpoint. With different endpoints, this method logs
    /// a warning, because a custom domain does not show the tenant.
    ///
    /// # Errors
    ///
    /// Returns an error in these cases:
    ///
    /// - `webhook` is not an `http` or `https` URL.
    /// - An interval is zero.
    /// - The endpoints of [`Management`] and [`Revocations`] are those of two tenants of Logto Cloud.
    pub fn build(self) -> Result<Reconciler, SettingError> {
        let url = Url::parse(&self.webhook).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        for (setting, interval) in [
            ("every", self.every),
            ("test_call_every", self.test_call_every),
        ] {
            if interval.is_zero() {
                return Err(SettingError::Interval { setting });
            }
        }
        let url = url.ok_or(SettingError::Webhook)?;
        same_tenant::check(&self.management, &self.revocations)?;
        Ok(Reconciler::new(
            self.management,
            self.revocations,
            Webhook::new(url),
            self.every,
            self.test_call_every,
        ))
    }
}

/// Leaves out the URL of the webhook, which may contain credentials.
impl fmt::Debug for ReconcilerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReconcilerBuilder")
            .field("management", &self.management)
            .field("revocations", &self.revocations)
            .field("every", &self.every)
            .field("test_call_every", &self.test_call_every)
            .finish_non_exhaustive()
    }
}
