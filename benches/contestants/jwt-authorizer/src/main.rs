//! A contestant of the comparison: jwt-authorizer as a layer. It fetches the key set of the tenant.

use axum::{Router, routing::get};
use jwt_authorizer::{Authorizer, IntoLayer, JwtAuthorizer, JwtClaims, Validation};
use serde::Deserialize;

#[derive(Clone, Deserialize)]
#[expect(dead_code, reason = "an application reads these claims")]
struct Claims {
    // The crate compares `iss` and `aud`, but accepts a token without them. With these fields, it refuses one.
    iss: String,
    aud: String,
    sub: String,
    scope: String,
}

async fn orders(_: JwtClaims<Claims>) -> &'static str {
    "ok"
}

fn main() {
    arena::compete(async |settings| {
        let authorizer: Authorizer<Claims> = JwtAuthorizer::from_jwks_url(&settings.jwks_uri)
            .validation(
                Validation::new()
                    .iss(&[settings.issuer])
                    .aud(&[settings.audience]),
            )
            .check(|claims: &Claims| claims.scope.split(' ').any(|scope| scope == arena::SCOPE))
            .build()
            .await
            .expect("an authorizer");
        Router::new()
            .route(arena::PATH, get(orders))
            .layer(authorizer.into_layer())
    });
}
