//! Fetches that are lost, because the client that was given to the builder panics.

use std::sync::Arc;

use axum::{Router, routing::get};
use logto_runtime::test_util::TestTenant;
use reqwest::dns::{Name, Resolve, Resolving};

use super::guarded;
use crate::{
    events::Events,
    support::{NOW, PRODUCTS, ask, at, with_resources_of_all_guards},
};

struct Panics;

impl Resolve for Panics {
    fn resolve(&self, _: Name) -> Resolving {
        panic!("this resolver always panics")
    }
}

#[tokio::test]
async fn a_client_that_panics_is_an_outage_that_the_log_the_health_and_warm_up_report() {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start();
    tenant.set_now(at(NOW));
    let client = { reqwest::Client::builder().no_proxy() }
        .dns_resolver(Arc::new(Panics))
        .build()
        .unwrap();
    // The resolver is asked only for the name in this URL. The endpoint of the tenant is an IP address.
    let builder = { tenant.logto().http_client(client) }.jwks_uri("https://keys.example/jwks");
    let logto = with_resources_of_all_guards(builder).build().unwrap();
    let app = Router::new()
        .route("/", get(guarded))
        .with_state(logto.clone());

    let events = Events::collect();
    for _ in 0..5 {
        let answer = ask(&app, "/", &tenant.token().user("alice").mint()).await;
        assert_eq!(answer.status, 503, "{answer:?}");
    }
    let warning = events.only_of("can't fetch the key set");
    assert!(
        warning.fields["reason"].contains("lost"),
        "{:?}",
        warning.fields
    );
    assert!(
        warning.fields["fix"].contains("panic"),
        "{:?}",
        warning.fields
    );

    let health = logto.health();
    assert!(!health.ready);
    assert_eq!(
        health.last_error.as_ref(),
        Some(&warning.fields["reason"]),
        "{health:?}"
    );
    let error = logto.warm_up().await.unwrap_err().to_string();
    assert!(error.contains(&warning.fields["fix"]), "{error}");
}
