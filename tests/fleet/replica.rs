//! A replica of a service: a `Logto`, and a list of revocations that follows a revocation log.

use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use axum::{Router, body::Body, http::Request, http::StatusCode};
use logto_runtime::{
    Algorithm, AuthInfo, Logto, RejectionCode, Revocation, RevocationHealth, RevocationLog,
    Revocations, RevocationsBuilder, RevokeError, test_util::TestTenant,
};
use serde_json::json;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use super::SOON;

pub(super) const API: &str = "https://api.example.com/products";

/// The signing key of the webhooks in these tests.
pub(super) const KEY: &str = "0123456789abcdef";

pub(super) fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .algorithm(Algorithm::ES256)
        .resource(API, ["read:products"])
        .start()
}

pub(super) fn token(tenant: &TestTenant, user: &str) -> String {
    tenant.token().user(user).mint()
}

/// Returns a token that was issued this long ago.
pub(super) fn old_token(tenant: &TestTenant, user: &str, age: Duration) -> String {
    let token = tenant.token().user(user);
    token.issued_at(tenant.now() - age).mint()
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

    /// Starts a replica, and builds its webhook handler. This makes the replica a receiver of webhooks.
    /// Accepts the log, in case it is new.
    pub(super) async fn receiver(tenant: &TestTenant, log: impl RevocationLog) -> Self {
        let receiver = Self::start(tenant, log);
        let _route = receiver.webhook();
        receiver.ready().await;
        receiver.revocations.accept_empty_log();
        receiver
    }

    /// Returns the route `/webhook`, where this replica receives webhooks.
    pub(super) fn webhook(&self) -> Router {
        let handler = self.revocations.webhook([KEY]);
        Router::new().route("/webhook", handler)
    }

    pub(super) async fn ready(&self) {
        self.revocations.ready().await.unwrap();
    }

    pub(super) async fn revoke(&self, user: &str) -> Result<(), RevokeError> {
        self.revocations.revoke(Revocation::subject(user)).await
    }

    /// Delivers a webhook about the deletion of a user. Returns the status of the answer.
    pub(super) async fn deliver_deletion(&self, user: &str) -> StatusCode {
        let event = json!({ "event": "User.Deleted", "params": { "userId": user } }).to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
        let tag = hmac::sign(&key, event.as_bytes());
        let signature: String = tag.as_ref().iter().map(|it| format!("{it:02x}")).collect();
        let request = Request::post("/webhook")
            .header("content-type", "application/json")
            .header("logto-signature-sha-256", signature)
            .body(Body::from(event))
            .unwrap();
        self.webhook().oneshot(request).await.unwrap().status()
    }

    pub(super) async fn verify(&self, token: &str) -> Result<AuthInfo, (u16, RejectionCode)> {
        let verified = self.logto.verify(token).await;
        verified.map_err(|rejection| (rejection.status().as_u16(), rejection.code()))
    }

    /// Returns the code of the rejection, or `None` if the token is accepted.
    pub(super) async fn code(&self, token: &str) -> Option<RejectionCode> {
        self.verify(token).await.err().map(|(_, code)| code)
    }

    pub(super) async fn refuses(&self, token: &str) -> bool {
        self.code(token).await == Some(RejectionCode::Revoked)
    }

    pub(super) fn health(&self) -> RevocationHealth {
        self.revocations.health()
    }

    /// Waits until a token is refused, and returns the current time.
    pub(super) async fn until_refused(&self, token: &str) -> Instant {
        let refused = async {
            while !self.refuses(token).await {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let refused = timeout(5 * SOON, refused).await;
        refused.expect("the token is not refused");
        Instant::now()
    }

    /// Waits until all tokens are refused, and returns the current time.
    pub(super) async fn until_all_refused(&self, tokens: &[String]) -> Instant {
        for token in tokens {
            self.until_refused(token).await;
        }
        Instant::now()
    }

    pub(super) async fn until(&self, what: &str, fits: impl Fn(&RevocationHealth) -> bool) {
        let fits = async {
            while !fits(&self.health()) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = timeout(5 * SOON, fits).await;
        waited.unwrap_or_else(|_| panic!("{what}: {:?}", self.health()));
    }

    /// Waits until this replica has read a beat, the sign of life of a receiver. A receiver writes a beat
    /// into the log every five seconds of the tenant's clock. So this function moves the tenant's clock. It
    /// moves the clock slowly, because the replica can need a real second to see a new beat.
    pub(super) async fn until_heard(&self, tenant: &TestTenant) {
        let heard = async {
            while self
                .health()
                .silent_for_seconds
                .is_none_or(|silent| silent > 10)
            {
                tenant.advance(Duration::from_millis(20));
                sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = timeout(5 * SOON, heard).await;
        waited.unwrap_or_else(|_| panic!("not heard: {:?}", self.health()));
    }
}
