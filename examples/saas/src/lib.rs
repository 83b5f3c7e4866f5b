//! An API with Logto's three permission models side by side: global scopes, organization
//! permissions, and scopes of an organization-level resource.

mod cases;
mod explorer;
mod guide;
mod routes;
mod settings;
mod state;
mod store;
mod table;
mod tenant;

use std::error::Error;

use axum::Router;
use logto_runtime::{Logto, Revocations};
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa_swagger_ui::{Config, SwaggerUi};

pub use crate::{
    cases::{CASES, Case, Credentials, PRINTED},
    explorer::explorer,
    guide::{Guide, RemoteGuide, TAKE_TOKEN},
    routes::document,
    settings::{Settings, SettingsError, Tenant, logto},
    table::Table,
    tenant::{ALICE, ORG, PRODUCTS, WEBHOOK_KEY, embedded},
};
use crate::{state::App, store::Store};

/// Returns the router of the API. It serves the routes of the [`Table`]. One of them is the public route
/// `/metrics`, which serves what `metrics` renders. The router also serves public routes that the [`Table`]
/// does not list:
///
/// - `/openapi.json` serves the OpenAPI document, and `/docs/` serves a viewer for it.
/// - `/.well-known/oauth-protected-resource/…` serves the metadata of the resources (RFC 9728). A request
///   must name the host of the resource.
///
/// `/webhooks/logto` receives the webhooks of the tenant, and accepts only those that are signed with
/// `webhook_key`. If `webhook_key` is `None`, the router does not have this route.
///
/// # Errors
///
/// Returns an error if the security of an operation cannot be determined. Also returns an error if
/// `webhook_key` is too short, or has white space around it.
pub fn app(
    logto: Logto,
    revocations: &Revocations,
    webhook_key: Option<&str>,
    metrics: PrometheusHandle,
) -> Result<Router, Box<dyn Error>> {
    // By default, the viewer sends the address of the document to a validator on the internet.
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
    let mut router = routes::routes().into_router().merge(viewer).merge(metadata);
    if let Some(key) = webhook_key {
        router = router.route("/webhooks/logto", revocations.try_webhook([key])?);
    }
    Ok(router.with_state(app))
}
