//! An API with Logto's three permission models side by side: global scopes, organization
//! permissions, and scopes of an organization-level resource.

mod cases;
mod guide;
mod routes;
mod settings;
mod store;
mod table;
mod tenant;

use axum::{Router, extract::FromRef};
use logto_runtime::Logto;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::store::Store;
pub use crate::{
    cases::{CASES, Case, Credentials},
    guide::{Guide, RemoteGuide},
    settings::{Settings, SettingsError, Tenant, logto},
    table::Table,
    tenant::{ORG, PRODUCTS, embedded},
};

/// What handlers can ask for: `State<Store>` for data, and `Logto` for the guards.
#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    store: Store,
    metrics: PrometheusHandle,
}

/// The API, without a socket. What the recorder of these metrics counts is at `/metrics`.
pub fn app(logto: Logto, metrics: PrometheusHandle) -> Router {
    let store = Store::default();
    let app = App {
        logto,
        store,
        metrics,
    };
    routes::routes().into_router().with_state(app)
}
