//! The state of the router, which handlers and guards read.

use axum::extract::FromRef;
use logto_runtime::Logto;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::store::Store;

/// The data, the metrics, and the `Logto` of the guards.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) logto: Logto,
    pub(crate) store: Store,
    pub(crate) metrics: PrometheusHandle,
}
