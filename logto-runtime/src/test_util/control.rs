//! Methods of [`TestTenant`] that rotate keys, make endpoints fail, count requests and move the clock.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::{
    fail_test::fail_test,
    faults::{Fault, TenantEndpoint},
    signing_key::SigningKey,
    test_tenant::TestTenant,
};
use crate::token::algorithm::Algorithm;

/// Keys.
impl TestTenant {
    /// Returns the `kid` of the current signing key.
    #[must_use]
    pub fn signing_kid(&self) -> String {
        self.tenant.keys().current().kid().to_owned()
    }

    /// Rotates the signing key without a grace period.
    ///
    /// The new key signs at once. It comes first in the key set, followed by the key it replaces.
    /// Older keys and a staged key are removed. A Logto server would answer 422 while a key is staged.
    pub fn rotate(&self, algorithm: Algorithm) {
        self.tenant.keys().rotate(SigningKey::generate(algorithm));
    }

    /// Begins a rotation with a grace period.
    ///
    /// The new key comes second in the key set. Before [`promote`](Self::promote), it signs a token only if
    /// [`TokenBuilder::algorithm`](super::TokenBuilder::algorithm) chooses it.
    pub fn stage(&self, algorithm: Algorithm) {
        self.tenant.keys().stage(SigningKey::generate(algorithm));
    }

    /// Ends the grace period: the staged key signs from now on.
    ///
    /// # Panics
    ///
    /// Panics if no key is staged.
    #[track_caller]
    pub fn promote(&self) {
        if !self.tenant.keys().promote() {
            fail_test("no key is staged; call `stage` first");
        }
    }

    /// Removes the previous key from the key set.
    ///
    /// Once a service fetches the new key set, it rejects tokens signed by the previous key.
    pub fn forget_previous_key(&self) {
        self.tenant.keys().forget_previous();
    }

    /// Serves this text as the key set until [`recover`](Self::recover). The text does not have to be JSON.
    pub fn serve_keys(&self, document: impl Into<String>) {
        self.tenant.keys().serve(Some(document.into()));
    }
}

/// Faults. [`fault`](Self::fault) affects one [`TenantEndpoint`]. The other methods affect every
/// [`TenantEndpoint`].
impl TestTenant {
    /// Accepts requests, but does not answer them.
    ///
    /// After [`recover`](Self::recover), requests that are still waiting get their response.
    pub fn stall(&self) {
        self.tenant.traffic.fault_everywhere(&Fault::Stall);
    }

    /// Answers every request with this status.
    pub fn fail(&self, status: StatusCode) {
        self.tenant.traffic.fault_everywhere(&Fault::Fail(status));
    }

    /// Answers every request with a redirect to this address.
    pub fn redirect_to(&self, location: impl Into<String>) {
        self.tenant
            .traffic
            .fault_everywhere(&Fault::RedirectTo(location.into()));
    }

    /// Answers every request with exactly this response.
    ///
    /// # Panics
    ///
    /// Panics if the name or the value of a header is invalid.
    #[track_caller]
    pub fn answer_with<'a>(
        &self,
        status: StatusCode,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Vec<u8>>,
    ) {
        self.tenant
            .traffic
            .fault_everywhere(&Fault::answer(status, headers, body));
    }

    /// Makes one endpoint fail.
    pub fn fault(&self, endpoint: TenantEndpoint, fault: Fault) {
        self.tenant.traffic.fault(endpoint, fault);
    }

    /// Ends all faults and the effect of [`serve_keys`](Self::serve_keys).
    pub fn recover(&self) {
        self.tenant.keys().serve(None);
        self.tenant.traffic.recover();
    }
}

/// Request counts. Requests without an answer are counted too.
impl TestTenant {
    /// Returns how many requests for the key set have arrived.
    #[must_use]
    pub fn key_set_requests(&self) -> usize {
        self.tenant.traffic.arrived(TenantEndpoint::KeySet)
    }

    /// Returns how many requests for the discovery document have arrived.
    #[must_use]
    pub fn discovery_requests(&self) -> usize {
        self.tenant.traffic.arrived(TenantEndpoint::Discovery)
    }

    /// Returns how many token requests have arrived.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.tenant.traffic.arrived(TenantEndpoint::Token)
    }

    /// Returns how many requests for [`TenantEndpoint::Management`] have arrived.
    #[must_use]
    pub fn management_requests(&self) -> usize {
        self.tenant.traffic.arrived(TenantEndpoint::Management)
    }

    /// Waits until [`management_requests`](Self::management_requests) is at least `count`.
    pub async fn management_requested(&self, count: usize) {
        self.tenant
            .traffic
            .until_arrived(TenantEndpoint::Management, count)
            .await;
    }

    /// Waits until [`key_set_requests`](Self::key_set_requests) is at least `count`.
    pub async fn key_set_requested(&self, count: usize) {
        self.tenant
            .traffic
            .until_arrived(TenantEndpoint::KeySet, count)
            .await;
    }
}

/// The tenant's clock, which shows real time until a test moves or stops it.
impl TestTenant {
    /// Returns the clock, for [`LogtoBuilder::clock`](crate::LogtoBuilder::clock).
    ///
    /// The builder that [`logto`](Self::logto) returns uses this clock already.
    pub fn clock(&self) -> impl Fn() -> SystemTime + Clone + Send + Sync + 'static + use<> {
        let clock = self.tenant.clock.clone();
        move || clock.now()
    }

    /// Returns the time on the tenant's clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.tenant.clock.now()
    }

    /// Moves the clock forward by this duration.
    pub fn advance(&self, by: Duration) {
        self.tenant.clock.advance(by);
    }

    /// Stops the clock at this time. [`advance`](Self::advance) still moves it.
    pub fn set_now(&self, now: SystemTime) {
        self.tenant.clock.stop_at(now);
    }
}
