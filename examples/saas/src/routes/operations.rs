//! For those who run it: whether it can serve, and what its guards decided.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use logto_runtime::{Health, Logto, public};
use metrics_exporter_prometheus::PrometheusHandle;

/// A readiness probe: 503 while tokens can't be judged.
#[public]
pub(super) async fn healthz(State(logto): State<Logto>) -> (StatusCode, Json<Health>) {
    let health = logto.health();
    let status = match health.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(health))
}

/// What Prometheus reads. In production, serve it where only Prometheus can ask.
#[public]
pub(super) async fn metrics(
    State(logto): State<Logto>,
    State(metrics): State<PrometheusHandle>,
) -> impl IntoResponse {
    // The age of the keys is as of the last time somebody asked.
    let _health = logto.health();
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4")],
        metrics.render(),
    )
}
