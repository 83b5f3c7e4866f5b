//! A contestant of the comparison: axum-jwt-auth. It fetches the key set of the tenant.

use std::sync::Arc;

use axum::{Router, http::StatusCode, routing::get};
use axum_jwt_auth::{Claims, Decoder, RemoteJwksDecoder};
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;

#[derive(Deserialize)]
struct Token {
    #[expect(dead_code, reason = "a real application would read it")]
    sub: String,
    scope: String,
}

async fn orders(token: Claims<Token>) -> Result<&'static str, StatusCode> {
    let mut scopes = token.claims.scope.split(' ');
    match scopes.any(|scope| scope == arena::SCOPE) {
        true => Ok("ok"),
        false => Err(StatusCode::FORBIDDEN),
    }
}

fn main() {
    arena::compete(async |settings| {
        let mut validation = Validation::new(Algorithm::ES384);
        validation.set_issuer(&[settings.issuer]);
        validation.set_audience(&[settings.audience]);
        // By default, only `exp` is required.
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let decoder = RemoteJwksDecoder::builder()
            .jwks_url(settings.jwks_uri)
            .validation(validation)
            .build()
            .expect("a decoder");
        decoder.initialize().await.expect("keys");
        let decoder: Decoder<Token> = Arc::new(decoder);
        Router::new()
            .route(arena::PATH, get(orders))
            .with_state(decoder)
    });
}
