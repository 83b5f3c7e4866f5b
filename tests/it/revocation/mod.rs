//! Revoked tokens are refused, whichever part of the library verifies them.
//!
//! - `ways`: attributes, extractors, layers, `verify`, `check`, `check_in`
//! - `times`: how new a token must be after a revocation, and how long a revocation is kept
//! - `webhooks`: every recorded delivery, and damaged deliveries
//! - `meanings`: the tokens that each event revokes
//! - `written_by_users`: events with text that a user has written
//! - `margins`: when new tokens are accepted again after each event
//! - `waiting`: `until_invalid`
//! - `tenant`: the webhooks of the test tenant
//! - `logs`: several replicas that share one revocation log
//! - `silence`: a replica that sees no beats, the signs of life of processes that receive webhooks
//! - `beats`: up to which time a beat confirms that the log is complete
//! - `loss`: a revocation log that loses records
//! - `beat_after_loss`: lost entries are written back before the next beat
//! - `write_back`: requests, and a restart of the log, while lost entries are written back
//! - `read_again`: a log with an entry that is far ahead is read again
//! - `follower`: the task that reads the log
//! - `ended_runtime`: that task ends before it has read the log
//! - `pauses`: a process that was paused is paused again, or its log hangs
//! - `own_clock`: a list of revocations with another clock than its `Logto`
//! - `short_stops`: a process that is stopped twice, for about five seconds each
//! - `stop_then_failure`: between two such stops, a call of the log fails or panics
//! - `busy_log`: a revocation log to which other processes append all the time
//! - `file`: the revocation log in a file. The test binary `fleet` tests the log in Redis
//! - `file_accepted`: whether that file is a new log, or somebody has accepted it
//! - `file_links`: several links lead to that file
//! - `file_shared`: two tenants use one file by mistake
//! - `file_replaced`: somebody replaces, removes or changes that file
//! - `clocks`: a wall clock that is wrong for a moment, or differs from Logto's clock
//! - `clock_ahead`: a process that starts with a clock that is hours ahead
//! - `far_ahead`: a webhook whose time is years ahead
//! - `called`: Logto does not reach a process that should receive webhooks
//! - `appends`: a process that receives webhooks cannot append to the revocation log
//! - `too_long`: webhooks whose body is too long
//! - `without_timer`: a tokio runtime that has no timer
//! - `new_log`: a revocation log that was created just now
//! - `metrics`: counters and gauges
//! - `user_code`: a recorder that panics, and a subscriber that asks for the health
//! - `operators`: settings, audit events, warnings and health
//! - `unasked`: a list of revocations that was started, but not passed to a `Logto`

mod appends;
mod beat_after_loss;
mod beats;
mod busy_log;
mod called;
mod clock_ahead;
mod clocks;
mod ended_runtime;
mod far_ahead;
mod file;
mod file_accepted;
mod file_links;
mod file_replaced;
mod file_shared;
mod follower;
mod logs;
mod loss;
mod margins;
mod meanings;
mod metrics;
mod new_log;
mod operators;
mod own_clock;
mod pauses;
mod read_again;
mod replica;
mod short_stops;
mod silence;
mod stop_then_failure;
mod tenant;
mod times;
mod too_long;
mod unasked;
mod user_code;
mod waiting;
mod ways;
mod webhooks;
mod without_timer;
mod write_back;
mod written_by_users;

use aws_lc_rs::hmac;
use axum::{Router, body::Body, http::Request};
use logto_runtime::{LogtoBuilder, Revocations, test_util::TestTenant};
use serde_json::Value;

use crate::support::{Answer, NOW, ORG, PRODUCTS, at, send};

const REVOKED: &str =
    r#"Bearer error="invalid_token", error_description="The access token was revoked""#;

/// The signing key of the webhooks in these tests.
const KEY: &str = "0123456789abcdef";

/// A tenant with a stopped clock, and its list of revocations.
struct World {
    tenant: TestTenant,
    revocations: Revocations,
}

impl World {
    fn start() -> Self {
        let tenant = TestTenant::builder()
            .resource(PRODUCTS, ["read:products"])
            .resource(ORG, ["read:data"])
            .start();
        tenant.set_now(at(NOW));
        let revocations = tenant.revocations().start().unwrap();
        Self {
            tenant,
            revocations,
        }
    }

    fn logto(&self) -> LogtoBuilder {
        self.tenant.logto().revocations(&self.revocations)
    }
}

/// The answer to a revoked token. `retry_after` is the number of seconds until a new token is accepted.
fn revoked<'a>(retry_after: impl Into<Option<&'a str>>) -> Answer {
    Answer {
        retry_after: retry_after.into().map(str::to_owned),
        ..Answer::refused(401, "Invalid token", REVOKED)
    }
}

fn signature(key: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let tag = hmac::sign(&key, body);
    tag.as_ref().iter().map(|it| format!("{it:02x}")).collect()
}

/// Returns a request with this body and this signature.
fn delivery(body: impl Into<Body>, signature: Option<&str>) -> Request<Body> {
    let mut request = Request::post("/webhook").header("content-type", "application/json");
    if let Some(signature) = signature {
        request = request.header("logto-signature-sha-256", signature);
    }
    request.body(body.into()).unwrap()
}

fn webhook(revocations: &Revocations) -> Router {
    Router::new().route("/webhook", revocations.webhook([KEY]))
}

/// Signs and delivers an event. Returns the status of the answer.
async fn deliver(revocations: &Revocations, event: &Value) -> u16 {
    let body = event.to_string();
    let signature = signature(KEY, body.as_bytes());
    let answer = send(&webhook(revocations), delivery(body, Some(&signature))).await;
    answer.status
}
