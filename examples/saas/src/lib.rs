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
use logto_runtime::{DescribeError, Logto};
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::store::Store;
pub use crate::{
    cases::{CASES, Case, Credentials},
    guide::{Guide, RemoteGuide},
    routes::document,
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

/// The API, without a socket. What the recorder of these metrics counts is at `/metrics`; the
/// OpenAPI document at `/openapi.json`, to be read at `/docs/`. Those two are for everyone, and not
/// in the [`Table`], which is of handlers.
///
/// # Errors
///
/// When the document can't say who may call what.
pub fn app(logto: Logto, metrics: PrometheusHandle) -> Result<Router, DescribeError> {
    // Otherwise the browser hands the document's address to a validator on the net.
    let config = Config::default().validator_url("none");
    let viewer = SwaggerUi::new("/docs")
        .config(config)
        .url("/openapi.json", document(&logto)?);
    let store = Store::default();
    let app = App {
        logto,
        store,
        metrics,
    };
    Ok(routes::routes().into_router().merge(viewer).with_state(app))
}
