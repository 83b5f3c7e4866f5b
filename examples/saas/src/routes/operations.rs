//! Handlers for operators: readiness, and the metrics of the guards.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use logto_runtime::{Health, Logto, public};
use metrics_exporter_prometheus::PrometheusHandle;

/// Answers readiness probes: 503 while tokens cannot be verified.
#[public]
pub(super) async fn healthz(State(logto): State<Logto>) -> (StatusCode, Json<Health>) {
    let health = logto.health();
    let status = match health.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(health))
}

/// Serves metrics for Prometheus. In production, serve them where only Prometheus can reach them.
#[public]
pub(super) async fn metrics(
    State(logto): State<Logto>,
    State(metrics): State<PrometheusHandle>,
) -> impl IntoResponse {
    // `health` updates the gauge that shows how old the keys are.
    let _health = logto.health();
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4")],
        metrics.render(),
    )
}
