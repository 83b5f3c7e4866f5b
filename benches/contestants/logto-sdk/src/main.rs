//! A contestant of the comparison: logto-sdk with its middleware.

use std::sync::Arc;

use axum::{Extension, Router, middleware, routing::get};
use logto_sdk::{
    axum::jwt_middleware,
    jwt::{GlobalApiResourceVerifier, JwtValidator, JwtValidatorConfig},
};

async fn orders() -> &'static str {
    "ok"
}

fn main() {
    arena::compete(async |settings| {
        let config = JwtValidatorConfig::new(settings.jwks_uri, settings.issuer);
        let verifier = GlobalApiResourceVerifier::new(settings.audience, vec![arena::SCOPE]);
        let validator = JwtValidator::new(config, Box::new(verifier))
            .await
            .expect("keys");
        Router::new()
            .route(arena::PATH, get(orders))
            .layer(middleware::from_fn(
                jwt_middleware::<GlobalApiResourceVerifier>,
            ))
            .layer(Extension(Arc::new(validator)))
    });
}
