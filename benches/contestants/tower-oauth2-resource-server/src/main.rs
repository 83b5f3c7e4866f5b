//! A contestant of the comparison: tower-oauth2-resource-server. Two packages are built from this file. Only
//! `arena-tower-oauth2-resource-server-aws` enables the crate's feature `jwt-aws-lc-rs`.

use axum::{Extension, Router, http::StatusCode, routing::get};
use serde::Deserialize;
use tower_oauth2_resource_server::{server::OAuth2ResourceServer, tenant::TenantConfiguration};

#[derive(Clone, Debug, Deserialize)]
struct Claims {
    #[expect(dead_code, reason = "a real application would read it")]
    sub: String,
    scope: String,
}

async fn orders(Extension(claims): Extension<Claims>) -> Result<&'static str, StatusCode> {
    match claims.scope.split(' ').any(|scope| scope == arena::SCOPE) {
        true => Ok("ok"),
        false => Err(StatusCode::FORBIDDEN),
    }
}

fn main() {
    arena::compete(async |settings| {
        let tenant = TenantConfiguration::builder(settings.issuer)
            .audiences(&[settings.audience])
            .build()
            .await
            .expect("a configuration");
        let server = OAuth2ResourceServer::<Claims>::builder()
            .add_tenant(tenant)
            .build()
            .await
            .expect("a resource server");
        Router::new()
            .route(arena::PATH, get(orders))
            .layer(server.into_layer())
    });
}
