//! With several tenants, the events about a key set name the tenant.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::StatusCode;
use serde_json::{Value, json};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::{Logto, telemetry, test_util::TestTenant};

const NOT_FETCHED: &str = "can't fetch the key set; retrying with backoff";
const NOT_USED: &str = "a key of the key set is not used";
const RECOVERED: &str = "the key set is fetched again";
const TOO_OLD: &str = "the key set is too old to be used";

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource("https://api.example.com", ["read:products"])
        .start()
}

#[tokio::test]
async fn with_several_tenants_each_event_about_a_key_set_names_the_endpoint_of_its_tenant() {
    let events = Events::default();
    let _collects = tracing::subscriber::set_default(events.clone());
    let [working, failing] = [(); 2].map(|()| tenant());
    let logtos = [&working, &failing].map(|tenant| tenant.logto().build().unwrap());
    let logto = Logto::any_of(logtos).unwrap();
    let endpoint = failing.endpoint();

    failing.fail(StatusCode::SERVICE_UNAVAILABLE);
    logto.warm_up().await.unwrap_err();
    events.are_of(endpoint, &[NOT_FETCHED]);

    let mut keys: Value = serde_json::from_str(&failing.jwks_json()).unwrap();
    let skipped = json!({ "kty": "oct", "kid": "shared", "k": "AA" });
    keys["keys"].as_array_mut().unwrap().push(skipped);
    failing.recover();
    failing.serve_keys(keys.to_string());
    failing.advance(Duration::from_secs(60));
    logto.warm_up().await.unwrap();
    events.are_of(endpoint, &[NOT_USED, RECOVERED]);

    failing.fail(StatusCode::SERVICE_UNAVAILABLE);
    failing.advance(Duration::from_secs(25 * 3_600));
    let refused = logto.verify(&failing.token().mint()).await;
    assert_eq!(
        refused.unwrap_err().status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    events.are_of(endpoint, &[NOT_FETCHED, TOO_OLD]);
}

/// Collects the message and the endpoint of each event of this crate, except for those at `debug`.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<Fields>>>);

#[derive(Debug, Default)]
struct Fields {
    message: String,
    endpoint: String,
}

impl Events {
    /// Takes the events, and checks their messages and their endpoint.
    #[track_caller]
    fn are_of(&self, endpoint: &str, messages: &[&str]) {
        let events = std::mem::take(&mut *self.0.lock().unwrap());
        assert_eq!(events.len(), messages.len(), "{events:#?}");
        for (event, message) in events.iter().zip(messages) {
            assert!(event.message.starts_with(message), "{events:#?}");
            assert_eq!(event.endpoint, endpoint, "{events:#?}");
        }
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == telemetry::TARGET && *metadata.level() <= Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "endpoint" {
            value.clone_into(&mut self.endpoint);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}
