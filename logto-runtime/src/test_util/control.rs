//! What a test does to a running tenant: rotate keys, break endpoints, count, move the time.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::{
    faults::{Fault, TenantEndpoint},
    misuse::misuse,
    signing_key::SigningKey,
    test_tenant::TestTenant,
};
use crate::token::algorithm::Algorithm;

/// Keys.
impl TestTenant {
    /// The `kid` of the key that signs now.
    #[must_use]
    pub fn signing_kid(&self) -> String {
        self.tenant.keys().current().kid().to_owned()
    }

    /// Rotates without grace period: a new key signs at once and stands first in the key set, the
    /// old one second; a key older than that is gone.
    pub fn rotate(&self, algorithm: Algorithm) {
        self.tenant.keys().rotate(SigningKey::generate(algorithm));
    }

    /// Begins a rotation with grace period: a new key is listed second, and does not sign yet.
    pub fn stage(&self, algorithm: Algorithm) {
        self.tenant.keys().stage(SigningKey::generate(algorithm));
    }

    /// Ends the grace period: the staged key signs.
    ///
    /// # Panics
    ///
    /// When no key is staged.
    #[track_caller]
    pub fn promote(&self) {
        if !self.tenant.keys().promote() {
            misuse("no key is staged; call `stage` first");
        }
    }

    /// Deletes the previous key, so that what it signed no longer verifies.
    pub fn forget_previous_key(&self) {
        self.tenant.keys().forget_previous();
    }

    /// Serves this text as key set, whatever it is, until [`recover`](Self::recover).
    pub fn serve_keys(&self, document: impl Into<String>) {
        self.tenant.keys().serve(Some(document.into()));
    }
}

/// Faults, of every endpoint at once; [`fault`](Self::fault) picks one.
impl TestTenant {
    /// Accepts requests and answers none until [`recover`](Self::recover), which then answers
    /// those that still wait.
    pub fn stall(&self) {
        self.tenant.traffic.fault_everywhere(&Fault::Stall);
    }

    /// Answers every request with this status.
    pub fn fail(&self, status: StatusCode) {
        self.tenant.traffic.fault_everywhere(&Fault::Fail(status));
    }

    /// Answers every request with a redirection to this address.
    pub fn redirect_to(&self, location: impl Into<String>) {
        self.tenant
            .traffic
            .fault_everywhere(&Fault::RedirectTo(location.into()));
    }

    /// Answers every request with exactly this.
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

    /// Makes one endpoint misbehave.
    pub fn fault(&self, endpoint: TenantEndpoint, fault: Fault) {
        self.tenant.traffic.fault(endpoint, fault);
    }

    /// Ends every fault and [`serve_keys`](Self::serve_keys).
    pub fn recover(&self) {
        self.tenant.keys().serve(None);
        self.tenant.traffic.recover();
    }
}

/// What arrived.
impl TestTenant {
    /// How many requests for the key set have arrived.
    #[must_use]
    pub fn key_set_requests(&self) -> usize {
        self.tenant.traffic.arrived(TenantEndpoint::KeySet)
    }

    /// How many requests for the discovery document have arrived.
    #[must_use]
    pub fn discovery_requests(&self) -> usize {
        self.tenant.traffic.arrived(TenantEndpoint::Discovery)
    }

    /// How many token requests have arrived.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.tenant.traffic.arrived(TenantEndpoint::Token)
    }

    /// Resolves when `count` requests for the key set have arrived since the start, answered or
    /// not.
    pub async fn key_set_requested(&self, count: usize) {
        self.tenant
            .traffic
            .arrivals(TenantEndpoint::KeySet, count)
            .await;
    }
}

/// Time: the real one, unless moved.
impl TestTenant {
    /// The clock, for [`LogtoBuilder::clock`](crate::LogtoBuilder::clock); [`logto`](Self::logto) has set it already.
    pub fn clock(&self) -> impl Fn() -> SystemTime + Clone + Send + Sync + 'static + use<> {
        let clock = self.tenant.clock.clone();
        move || clock.now()
    }

    /// The time at this tenant.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.tenant.clock.now()
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        self.tenant.clock.advance(by);
    }

    /// Stops the clock at this time; [`advance`](Self::advance) still moves it.
    pub fn set_now(&self, now: SystemTime) {
        self.tenant.clock.stop_at(now);
    }
}
