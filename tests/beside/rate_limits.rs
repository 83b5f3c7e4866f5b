//! tower_governor: a rate limit in front of a guard.

use axum::{Router, middleware::ResponseAxumBodyLayer, routing::get};
use logto_runtime::Logto;
use tower::ServiceBuilder;
use tower_governor::{
    GovernorLayer, governor::GovernorConfigBuilder, key_extractor::GlobalKeyExtractor,
};

use crate::support::{Read, assert_guarded, get as ask, reader, tenant};

/// Allows three requests, and another request after an hour.
macro_rules! limits {
    () => {
        GovernorConfigBuilder::default()
            .key_extractor(GlobalKeyExtractor)
            .per_second(3_600)
            .burst_size(3)
            .finish()
            .unwrap()
    };
}

fn in_one_stack(logto: &Logto) -> Router {
    let stack = ServiceBuilder::new()
        .layer(GovernorLayer::new(limits!()))
        .layer(ResponseAxumBodyLayer)
        .layer(logto.require::<Read>());
    Router::new()
        .route("/", get(async || "products"))
        .layer(stack)
}

fn outside_the_guard(logto: &Logto) -> Router {
    Router::new()
        .route("/", get(async || "products"))
        .route_layer(logto.require::<Read>())
        .layer(GovernorLayer::new(limits!()))
}

#[tokio::test]
async fn a_limit_in_front_of_a_guard_counts_rejected_requests_too() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    for app in [in_one_stack(&logto), outside_the_guard(&logto)] {
        // Three requests: without a token, without the scope, and with the scope.
        assert_eq!(assert_guarded(&app, &tenant, "/").await, "products");
        let limited = ask(&app, "/", Some(&reader(&tenant))).await;
        assert_eq!(limited.status(), 429);
    }
}
