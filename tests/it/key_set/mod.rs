//! Tests how a guarded router uses the key set, which it fetches from a tenant over a socket.
//!
//! - this file: cold starts, outages, and the remaining tests
//! - `rotation`: new, replaced and withdrawn keys
//! - `failed_fetches`: ways in which a fetch can fail
//! - `lost_fetches`: a client that panics
//!
//! The unit tests in `logto-runtime/src/jwks/tests` cover the schedule of fetches.

mod failed_fetches;
mod lost_fetches;
mod rotation;

use std::time::Duration;

use axum::{Router, http::StatusCode, routing::get};
use logto_runtime::{
    Algorithm, Logto, LogtoBuilder, require_auth,
    test_util::{Fault, SigningKey, TenantEndpoint, TestTenant},
};
use tokio::{task::JoinSet, time::timeout};

use crate::support::{Answer, NOW, PRODUCTS, ask, at, with_resources_of_all_guards};

/// Keys of this age are used, and refreshed in the background.
const STALE: Duration = Duration::from_secs(6 * 60);
/// If the keys have this age, a request waits for a fetch. The request uses the old keys only if the fetch
/// fails.
const OLD: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[require_auth]
async fn guarded() -> &'static str {
    "in"
}

struct Api {
    tenant: TestTenant,
    logto: Logto,
    app: Router,
}

impl Api {
    fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// Builds an API with these settings, for a tenant with a stopped clock.
    fn with(settings: impl FnOnce(LogtoBuilder) -> LogtoBuilder) -> Self {
        let tenant = TestTenant::builder()
            .algorithm(Algorithm::ES256)
            .resource(PRODUCTS, ["read:products"])
            .start();
        tenant.set_now(at(NOW));
        let builder = settings(tenant.logto());
        let logto = with_resources_of_all_guards(builder).build().unwrap();
        Self::of(tenant, logto)
    }

    fn of(tenant: TestTenant, logto: Logto) -> Self {
        let app = Router::new()
            .route("/", get(guarded))
            .with_state(logto.clone());
        Self { tenant, logto, app }
    }

    /// Replaces the service with a new one for the same tenant. The new service fetches the keys.
    async fn restarted(self) -> Self {
        let logto = with_resources_of_all_guards(self.tenant.logto())
            .build()
            .unwrap();
        logto.warm_up().await.unwrap();
        Self::of(self.tenant, logto)
    }

    /// Builds an API and sends a request, so that the API has the keys.
    async fn warm() -> Self {
        let api = Self::new();
        assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
        api
    }

    /// Returns a token signed with the current key, valid for a week.
    fn token(&self) -> String {
        let token = self.tenant.token().user("alice");
        token.expires_in(DAY * 7).mint()
    }

    async fn ask(&self, token: &str) -> Answer {
        ask(&self.app, "/", token).await
    }

    /// Sends a request in the background.
    fn spawn(&self, token: &str) -> tokio::task::JoinHandle<Answer> {
        let (app, token) = (self.app.clone(), token.to_owned());
        tokio::spawn(async move { ask(&app, "/", &token).await })
    }

    /// Waits until the age of the keys is zero.
    async fn refreshed(&self) {
        let refreshed = async {
            while self.logto.health().key_set_age_seconds != Some(0) {
                tokio::task::yield_now().await;
            }
        };
        let refreshed = timeout(Duration::from_secs(60), refreshed).await;
        refreshed.expect("the keys must be fetched again");
    }
}

fn unavailable(retry_after: &str) -> Answer {
    Answer {
        retry_after: Some(retry_after.to_owned()),
        ..Answer::refused(503, "Authorization service unavailable", None)
    }
}

/// Returns a token that would be valid, but its key is not in the key set of the tenant.
fn foreign_token(api: &Api) -> String {
    let key = SigningKey::generate(Algorithm::EdDSA);
    api.tenant.token().user("mallory").signed_by(&key).mint()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_concurrent_requests_at_a_cold_start_fetch_once() {
    let api = Api::new();
    api.tenant.stall();
    let mut requests = JoinSet::new();
    for _ in 0..1_000 {
        let (app, token) = (api.app.clone(), api.token());
        requests.spawn(async move { ask(&app, "/", &token).await });
    }
    api.tenant.key_set_requested(1).await;
    api.tenant.recover();
    for answer in requests.join_all().await {
        assert_eq!(answer, Answer::ok("in"));
    }
    assert_eq!(api.tenant.key_set_requests(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_unknown_keys_cause_at_most_two_fetches() {
    let api = Api::warm().await;
    let mut requests = JoinSet::new();
    for _ in 0..1_000 {
        let (app, token) = (api.app.clone(), foreign_token(&api));
        requests.spawn(async move { ask(&app, "/", &token).await });
    }
    for answer in requests.join_all().await {
        assert_eq!(answer, Answer::invalid_token());
    }
    let fetches = api.tenant.key_set_requests() - 1;
    assert!((1..=2).contains(&fetches), "{fetches}");
}

#[tokio::test]
async fn a_hanging_endpoint_does_not_delay_requests_with_a_known_key() {
    let api = Api::warm().await;
    api.tenant.stall();
    let stranger = api.spawn(&foreign_token(&api));
    api.tenant.key_set_requested(2).await;
    for _ in 0..10 {
        assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    }
    assert!(!stranger.is_finished());
    api.tenant.recover();
    assert_eq!(stranger.await.unwrap(), Answer::invalid_token());
}

#[tokio::test]
async fn a_hanging_refresh_of_stale_keys_does_not_delay_requests() {
    let api = Api::warm().await;
    api.tenant.advance(STALE);
    api.tenant.stall();
    for _ in 0..10 {
        assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    }
    api.tenant.key_set_requested(2).await;
    assert_eq!(api.logto.health().key_set_age_seconds, Some(360));
    api.tenant.recover();
    api.refreshed().await;
    assert_eq!(api.tenant.key_set_requests(), 2);
}

#[tokio::test]
async fn unusable_keys_are_skipped() {
    let api = Api::new();
    let good = api.tenant.jwks_json();
    let members = good.trim_start_matches(r#"{"keys":["#);
    let twice = [(); 2].map(|()| SigningKey::generate(Algorithm::EdDSA).with_kid("twice"));
    let [first, second] = twice.map(|key| key.jwk_json());
    api.tenant.serve_keys(format!(
        r#"{{"keys":[{{"kty":"oct"}},null,{{"kty":"EC","kid":"x","crv":"P-256"}},{first},{second},{members}"#
    ));
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    assert_eq!(api.logto.health().keys, 1);
}

#[tokio::test]
async fn in_an_outage_old_keys_work_for_a_day_and_the_recovery_needs_no_restart() {
    let api = Api::warm().await;
    let token = api.token();
    api.tenant.fail(StatusCode::BAD_GATEWAY);
    for _ in 0..23 {
        api.tenant.advance(OLD);
        assert_eq!(api.ask(&token).await, Answer::ok("in"));
    }
    api.tenant.advance(OLD);
    let answer = api.ask(&token).await;
    let seconds: u64 = answer.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(answer, unavailable(&seconds.to_string()));

    api.tenant.recover();
    api.tenant.advance(Duration::from_secs(seconds));
    assert_eq!(api.ask(&token).await, Answer::ok("in"));
}

/// The key set has no `ETag` here, so the requests for it are not conditional. A 304 is valid only in answer
/// to a conditional request.
#[tokio::test]
async fn an_unsolicited_304_does_not_keep_old_keys_current() {
    let api = Api::new();
    let without_tag = Fault::answer(StatusCode::OK, [], api.tenant.jwks_json());
    api.tenant.fault(TenantEndpoint::KeySet, without_tag);
    let token = api.token();
    assert_eq!(api.ask(&token).await, Answer::ok("in"));
    let not_modified = Fault::answer(StatusCode::NOT_MODIFIED, [], "");
    api.tenant.fault(TenantEndpoint::KeySet, not_modified);
    for hours in 1..24 {
        api.tenant.advance(OLD);
        assert_eq!(api.ask(&token).await, Answer::ok("in"));
        let age = api.logto.health().key_set_age_seconds;
        assert_eq!(age, Some(hours * OLD.as_secs()));
    }
    api.tenant.advance(OLD);
    let answer = api.ask(&token).await;
    assert_eq!(answer.status, 503, "{answer:?}");
}

#[tokio::test]
async fn an_unchanged_key_set_is_not_sent_again() {
    let api = Api::warm().await;
    // If a request were not conditional, this 304 would count as a failed fetch.
    let not_modified = Fault::answer(StatusCode::NOT_MODIFIED, [], "");
    api.tenant.fault(TenantEndpoint::KeySet, not_modified);
    for requests in 2..5 {
        api.tenant.advance(STALE);
        assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
        api.refreshed().await;
        assert_eq!(api.tenant.key_set_requests(), requests);
    }
    assert_eq!(api.logto.health().last_error, None);
}
