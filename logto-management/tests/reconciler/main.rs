//! Tests the reconciler against a test tenant over a socket. The reconciler applies the webhook deliveries in
//! Logto's log. One run over this log is a pass.
//!
//! - `applying`: which deliveries are applied, and which pages are read
//! - `clock_ahead`: a reconciler whose clock is hours ahead
//! - `ends_early`: a pass that ends early has written what it applied to the log
//! - `faults`: a webhook that does not work, an outage, a busy tenant
//! - `retry_after`: a tenant that asks for long waits
//! - `fleet`: several processes over one log of revocations
//! - `metrics`: the counter of passes
//! - `new_log`: when a pass accepts a new log of revocations
//! - `secrets`: nothing secret is logged or shown
//! - `settings`: wrong settings
//!
//! `log` captures what a test logs, and `receiver` is the service that the webhook delivers to.

// Clippy allows `unwrap` in tests. `cfg(test)` marks the whole crate as a test.
#![cfg(test)]

mod applying;
mod clock_ahead;
mod ends_early;
mod faults;
mod fleet;
mod log;
mod metrics;
mod new_log;
mod receiver;
mod retry_after;
mod secrets;
mod settings;

use std::time::Duration;

use logto_management::{Credentials, Management, Reconciler};
use logto_runtime::{
    AuthInfo, Logto, RejectionCode, Revocations,
    test_util::{Client, TestTenant, TestTenantBuilder},
};

use self::receiver::Receiver;

const API: &str = "https://default.logto.app/api";
const PRODUCTS: &str = "https://api.example.com/products";
const SECRET: &str = "s3cret-of-the-application";
const KEY: &str = "key-of-the-webhook";

/// The time after which most waits of the tests fail.
const SOON: Duration = Duration::from_secs(20);

fn tenant() -> TestTenantBuilder {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .client(Client::new("manager", SECRET).scopes(API, ["all"]))
}

fn management(tenant: &TestTenant) -> Management {
    let credentials = Credentials::new("manager", SECRET);
    Management::builder(tenant.endpoint(), credentials)
        .build()
        .unwrap()
}

/// The age of the webhook of [`World`]. Every revocation that still matters is younger.
const OLD: Duration = Duration::from_secs(2 * 86_400);

/// A tenant whose old webhook delivers to a receiver, and a list of revocations in memory.
struct World {
    tenant: TestTenant,
    receiver: Receiver,
    revocations: Revocations,
    logto: Logto,
}

impl World {
    async fn start() -> Self {
        let tenant = tenant().start();
        let receiver = Receiver::start().await;
        tenant.send_webhooks_to(&receiver.url, KEY);
        tenant.advance(OLD);
        let revocations = tenant.revocations().start().unwrap();
        let logto = tenant.logto().revocations(&revocations).build().unwrap();
        Self {
            tenant,
            receiver,
            revocations,
            logto,
        }
    }

    fn reconciler(&self) -> Reconciler {
        let management = management(&self.tenant);
        Reconciler::builder(management, &self.revocations, &self.receiver.url)
            .build()
            .unwrap()
    }

    fn token(&self, user: &str) -> String {
        self.tenant.token().user(user).mint()
    }

    async fn verify(&self, user: &str) -> Result<AuthInfo, RejectionCode> {
        let verified = self.logto.verify(&self.token(user)).await;
        verified.map_err(|rejection| rejection.code())
    }
}
