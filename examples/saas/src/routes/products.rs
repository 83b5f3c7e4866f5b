//! Handlers guarded by global scopes of the default API resource.

use axum::{Json, extract::State};
use logto_runtime::require_scopes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::{Product, Store};

#[derive(Serialize, ToSchema)]
pub(super) struct Products {
    products: Vec<Product>,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewProduct {
    name: String,
}

/// List products
#[require_scopes("read:products")]
#[utoipa::path(get, path = "/api/products", responses((status = 200, description = "all products", body = Products)))]
pub(super) async fn list(State(store): State<Store>) -> Json<Products> {
    let products = store.products();
    Json(Products { products })
}

/// Add a product
#[require_scopes("write:products")]
#[utoipa::path(
    post,
    path = "/api/products",
    request_body = NewProduct,
    responses((status = 200, description = "the product, with its id", body = Product))
)]
pub(super) async fn create(
    State(store): State<Store>,
    Json(new): Json<NewProduct>,
) -> Json<Product> {
    Json(store.add_product(new.name))
}
