//! One file per permission model.

mod account;
mod organizations;
mod products;

use axum::{
    Router,
    routing::{get, post, put},
};

use crate::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/api/public", get(account::public))
        .route("/api/me", get(account::me))
        .route("/api/protected", get(account::protected))
        .route("/api/products", get(products::list).post(products::create))
        .nest(
            "/api/organizations/{organization_id}",
            Router::new()
                .route("/invitations", post(organizations::invite))
                .route("/data", get(organizations::data))
                .route("/settings", put(organizations::configure)),
        )
}
