//! A contestant of the comparison: a validator written by hand. It uses jsonwebtoken with the backend
//! `aws_lc_rs`, and a fixed key.

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRequestParts,
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
    routing::get,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use serde::Deserialize;

#[derive(Clone)]
struct Validator {
    key: Arc<DecodingKey>,
    validation: Arc<Validation>,
}

#[derive(Deserialize)]
struct Claims {
    #[expect(dead_code, reason = "a real application would read it")]
    sub: String,
    scope: String,
}

impl FromRequestParts<Validator> for Claims {
    type Rejection = StatusCode;

    async fn from_request_parts(
        parts: &mut Parts,
        validator: &Validator,
    ) -> Result<Self, StatusCode> {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(StatusCode::UNAUTHORIZED)?;
        decode(token, &validator.key, &validator.validation)
            .map(|token| token.claims)
            .map_err(|_| StatusCode::UNAUTHORIZED)
    }
}

async fn orders(claims: Claims) -> Result<&'static str, StatusCode> {
    match claims.scope.split(' ').any(|scope| scope == arena::SCOPE) {
        true => Ok("ok"),
        false => Err(StatusCode::FORBIDDEN),
    }
}

fn main() {
    arena::compete(async |settings| {
        let keys: JwkSet = serde_json::from_str(&settings.key_set).expect("a key set");
        let mut validation = Validation::new(Algorithm::ES384);
        validation.set_issuer(&[settings.issuer]);
        validation.set_audience(&[settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let validator = Validator {
            key: Arc::new(DecodingKey::from_jwk(&keys.keys[0]).expect("a key")),
            validation: Arc::new(validation),
        };
        Router::new()
            .route(arena::PATH, get(orders))
            .with_state(validator)
    });
}
