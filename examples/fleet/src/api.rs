//! A replica of the API. It reads the revocation log. It does not receive webhooks, and does not have
//! credentials for the tenant.

use std::error::Error;

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use logto_runtime::{AuthInfo, Health, Logto, require_scopes};

use crate::{
    listen::address,
    serve::until_stopped,
    settings::{endpoint, resource, revocations},
};

#[require_scopes("read:orders")]
async fn orders(auth: AuthInfo) -> Json<AuthInfo> {
    Json(auth)
}

/// For readiness probes. A replica is ready if it can get keys and has read the revocation log.
async fn health(State(logto): State<Logto>) -> (StatusCode, Json<Health>) {
    let health = logto.health();
    let status = match health.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(health))
}

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let address = address(3100)?;
    let resource = resource()?;
    let revocations = revocations()?.start()?;
    revocations.ready().await?;
    let logto = Logto::builder(endpoint()?)
        .resource(resource)
        .revocations(&revocations)
        .build()?;
    logto.warm_up().await?;
    let app = Router::new()
        .route("/orders", get(orders))
        .route("/healthz", get(health))
        .with_state(logto);
    until_stopped(address, app).await
}
