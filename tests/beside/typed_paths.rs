//! axum-extra: typed paths.

use axum::{Router, routing::get};
use axum_extra::routing::{RouterExt, TypedPath};
use logto_runtime::{Guard, Logto, require_scopes};
use serde::Deserialize;

use crate::support::{Read, assert_guarded, get as ask, reader, tenant};

#[derive(Deserialize, TypedPath)]
#[typed_path("/products/{id}")]
struct Product {
    id: u64,
}

#[require_scopes("read:products")]
async fn show(Product { id }: Product) -> String {
    format!("product {id}")
}

async fn show_typed(Product { id }: Product, _: Guard<Read>) -> String {
    format!("product {id}")
}

fn by_path(logto: Logto) -> Router {
    Router::new()
        .route(Product::PATH, get(show))
        .with_state(logto)
}

fn by_type(logto: Logto) -> Router {
    Router::new().typed_get(show_typed).with_state(logto)
}

#[tokio::test]
async fn a_handler_with_a_typed_path_is_guarded() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    for app in [by_path(logto.clone()), by_type(logto)] {
        assert_eq!(
            assert_guarded(&app, &tenant, "/products/7").await,
            "product 7"
        );
        assert_eq!(
            ask(&app, "/products/x", Some(&reader(&tenant)))
                .await
                .status(),
            400
        );
    }
}

/// With `typed_get`, the path is the first argument. So the path is parsed before the guard decides.
#[tokio::test]
async fn an_attribute_decides_before_the_path_is_parsed() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    assert_eq!(
        ask(&by_path(logto.clone()), "/products/x", None)
            .await
            .status(),
        401
    );
    assert_eq!(
        ask(&by_type(logto), "/products/x", None).await.status(),
        400
    );
}
