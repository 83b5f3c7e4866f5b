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
    guide::{Guide, RemoteGuide, TAKE_TOKEN},
    routes::document,
    settings::{Settings, SettingsError, Tenant, logto},
    table::Table,
    tenant::{ORG, PRODUCTS, embedded},
};

/// The state of the router: the data for `State<Store>`, and the `Logto` for the guards.
#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    store: Store,
    metrics: PrometheusHandle,
}

/// Returns the API as a router, without a socket.
///
/// `/metrics` serves the metrics of this recorder. `/openapi.json` serves the OpenAPI document, and
/// `/docs/` a viewer for it. `/.well-known/oauth-protected-resource/…` serves the metadata of the
/// resources (RFC 9728), to requests that name the host of the resource. All of these are public.
/// They are not in the [`Table`], which lists handlers only.
///
/// # Errors
///
/// Returns an error if the security of an operation cannot be determined.
pub fn app(logto: Logto, metrics: PrometheusHandle) -> Result<Router, DescribeError> {
    // Otherwise the viewer sends the address of the document to a validator on the internet.
    let config = Config::default().validator_url("none");
    let viewer = SwaggerUi::new("/docs")
        .config(config)
        .url("/openapi.json", document(&logto)?);
    let metadata = logto.protected_resource_metadata();
    let store = Store::default();
    let app = App {
        logto,
        store,
        metrics,
    };
    let router = routes::routes().into_router();
    Ok(router.merge(viewer).merge(metadata).with_state(app))
}
