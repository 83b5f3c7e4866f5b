//! Replicas: processes that share a revocation log. Each has its own list of revocations.

use std::time::Duration;

use http::StatusCode;
use logto_runtime::{
    AuthInfo, Logto, RejectionCode, Revocation, RevocationLog, Revocations, RevocationsBuilder,
    RevokeError,
    test_util::{MemoryLog, TestTenant},
};
use tokio::time::timeout;

use super::KEY;
use crate::support::PRODUCTS;

/// Every replica must know a revocation within this time. Some tests wait for a multiple of it.
pub(super) const SOON: Duration = Duration::from_secs(2);
pub(super) const MINUTE: Duration = Duration::from_secs(60);

pub(super) fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start()
}

pub(super) struct Replica {
    pub(super) revocations: Revocations,
    pub(super) logto: Logto,
}

impl Replica {
    pub(super) fn start(tenant: &TestTenant, log: impl RevocationLog) -> Self {
        Self::with(tenant, log, |it| it)
    }

    pub(super) fn with(
        tenant: &TestTenant,
        log: impl RevocationLog,
        settings: impl Fn(RevocationsBuilder) -> RevocationsBuilder,
    ) -> Self {
        let revocations = settings(tenant.revocations().log(log)).start().unwrap();
        let logto = tenant.logto().revocations(&revocations).build().unwrap();
        Self { revocations, logto }
    }

    /// Starts a process that receives webhooks.
    pub(super) fn receiver(tenant: &TestTenant, log: &MemoryLog) -> Self {
        let receiver = Self::start(tenant, log.clone());
        let _route: axum::routing::MethodRouter = receiver.revocations.webhook([KEY]);
        receiver.revocations.accept_empty_log();
        receiver
    }

    pub(super) async fn revoke(&self, user: &str) -> Result<(), RevokeError> {
        self.revocations.revoke(Revocation::subject(user)).await
    }

    pub(super) async fn verify(
        &self,
        token: &str,
    ) -> Result<AuthInfo, (StatusCode, RejectionCode)> {
        let verified = self.logto.verify(token).await;
        verified.map_err(|rejection| (rejection.status(), rejection.code()))
    }

    /// Waits until `fits` returns `true`, for example because the replica has read the log. If that takes too
    /// long, panics with `what`.
    pub(super) async fn until(&self, what: &str, fits: impl Fn(&Self) -> bool) {
        let fits = async {
            while !fits(self) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(5 * SOON, fits).await.expect(what);
    }
}

/// Returns the code of the rejection; `None` if the token was accepted.
pub(super) fn code(
    verified: Result<AuthInfo, (StatusCode, RejectionCode)>,
) -> Option<RejectionCode> {
    verified.err().map(|(_, code)| code)
}
