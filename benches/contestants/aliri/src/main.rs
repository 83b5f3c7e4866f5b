//! A contestant of the comparison: aliri with its axum extractors. It fetches the key set of the tenant.

use std::time::Duration;

use aliri::{jwa, jwt};
use aliri_clock::UnixTime;
use aliri_oauth2::{Authority, HasScope, Scope};
use aliri_tower::Oauth2Authorizer;
use axum::{Router, routing::get};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
struct Claims {
    iss: jwt::Issuer,
    aud: jwt::Audiences,
    sub: jwt::Subject,
    exp: UnixTime,
    scope: Scope,
}

impl jwt::CoreClaims for Claims {
    fn nbf(&self) -> Option<UnixTime> {
        None
    }

    fn exp(&self) -> Option<UnixTime> {
        Some(self.exp)
    }

    fn aud(&self) -> &jwt::Audiences {
        &self.aud
    }

    fn iss(&self) -> Option<&jwt::IssuerRef> {
        Some(&self.iss)
    }

    fn sub(&self) -> Option<&jwt::SubjectRef> {
        Some(&self.sub)
    }
}

impl HasScope for Claims {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

aliri_axum::scope_guards! {
    type Claims = Claims;

    scope WriteOrders = "write:orders";
}

async fn orders(_: WriteOrders) -> &'static str {
    "ok"
}

fn main() {
    arena::compete(async |settings| {
        let validator = jwt::CoreValidator::default()
            .add_approved_algorithm(jwa::Algorithm::ES384)
            .add_allowed_audience(jwt::Audience::from(settings.audience))
            .require_issuer(jwt::Issuer::from(settings.issuer));
        let authority = Authority::new_from_url(settings.jwks_uri, validator)
            .await
            .expect("an authority");
        authority.spawn_refresh(Duration::from_secs(600));
        let authorizer = Oauth2Authorizer::new()
            .with_claims::<Claims>()
            .with_terse_error_handler();
        Router::new()
            .route(arena::PATH, get(orders))
            .layer(authorizer.jwt_layer(authority))
    });
}
