//! An API with Logto's three permission models side by side: global scopes, organization
//! permissions, and scopes of an organization-level resource.

mod cases;
mod guide;
mod routes;
mod settings;
mod store;
mod tenant;

use axum::{Router, extract::FromRef};
use logto_runtime::Logto;

use crate::store::Store;
pub use crate::{
    cases::{CASES, Case, Credentials},
    guide::{Guide, RemoteGuide},
    settings::{Settings, SettingsError, Tenant, logto},
    tenant::{ORG, PRODUCTS, embedded},
};

/// What handlers can ask for: `State<Store>` for data, and `Logto` for the guards.
#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    store: Store,
}

/// The API, without a socket.
pub fn app(logto: Logto) -> Router {
    let store = Store::default();
    routes::router().with_state(App { logto, store })
}
