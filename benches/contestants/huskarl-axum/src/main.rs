//! A contestant of the comparison: huskarl-axum. It fetches the key set of the tenant.

use axum::{Router, routing::get};
use huskarl_axum::{
    layers::ValidatorLayer,
    resource_server::{
        core::server_metadata::AuthorizationServerMetadata, validator::rfc9068::Rfc9068Validator,
    },
};
use huskarl_reqwest::ReqwestClient;

fn main() {
    arena::compete(async |settings| {
        let client = ReqwestClient::builder().build().await.expect("a client");
        let metadata = AuthorizationServerMetadata::oidc_fetch()
            .http_client(&client)
            .issuer(settings.issuer)
            .call()
            .await
            .expect("metadata");
        let validator: Rfc9068Validator = Rfc9068Validator::builder_from_metadata(&metadata)
            .jwks_source(client)
            .audience(settings.audience)
            .build()
            .await
            .expect("a validator");
        let guard = ValidatorLayer::builder().validator(validator).build();
        Router::new()
            .route(arena::PATH, get(|| async { "ok" }))
            .layer(guard.require_scopes([arena::SCOPE]))
    });
}
