//! Global permissions: scopes of the default API resource.

use axum::{Json, extract::State};
use logto_runtime::require_scopes;
use serde::{Deserialize, Serialize};

use crate::store::{Product, Store};

#[derive(Serialize)]
pub(super) struct Products {
    products: Vec<Product>,
}

#[derive(Deserialize)]
pub(super) struct NewProduct {
    name: String,
}

#[require_scopes("read:products")]
pub(super) async fn list(State(store): State<Store>) -> Json<Products> {
    let products = store.products();
    Json(Products { products })
}

#[require_scopes("write:products")]
pub(super) async fn create(
    State(store): State<Store>,
    Json(new): Json<NewProduct>,
) -> Json<Product> {
    Json(store.add_product(new.name))
}
