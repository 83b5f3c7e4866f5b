//! A contestant of the comparison: logto-sdk with its middleware.

use std::sync::Arc;

use axum::{Extension, Router, middleware, routing::get};
use logto_sdk::{
    axum::jwt_middleware,
    jwt::{
        GlobalApiResourceVerifier, JwtValidator, JwtValidatorConfig, PayloadVerifier,
        auth::AuthorizationError,
    },
};
use serde_json::Value;

/// The crate compares the issuer, but accepts a token without one. This verifier refuses such a token.
struct Verifier(GlobalApiResourceVerifier);

impl PayloadVerifier for Verifier {
    fn verify_payload(&self, claims: &Value) -> Result<(), AuthorizationError> {
        match claims["iss"].is_string() {
            true => self.0.verify_payload(claims),
            false => Err(AuthorizationError::new("No issuer")),
        }
    }
}

async fn orders() -> &'static str {
    "ok"
}

fn main() {
    arena::compete(async |settings| {
        let config = JwtValidatorConfig::new(settings.jwks_uri, settings.issuer);
        let verifier = GlobalApiResourceVerifier::new(settings.audience, vec![arena::SCOPE]);
        let validator = JwtValidator::new(config, Box::new(Verifier(verifier)))
            .await
            .expect("keys");
        Router::new()
            .route(arena::PATH, get(orders))
            .layer(middleware::from_fn(jwt_middleware::<Verifier>))
            .layer(Extension(Arc::new(validator)))
    });
}
