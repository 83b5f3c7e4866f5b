//! A contestant of the comparison: axum-keycloak-auth. The crate reads a discovery document at Keycloak's
//! path, so this program serves one. The document names the URL of the tenant's key set.

use axum::{Extension, Json, Router, extract::State, http::StatusCode, routing::get};
use axum_keycloak_auth::{
    Url,
    decode::KeycloakToken,
    instance::{KeycloakAuthInstance, KeycloakConfig},
    layer::KeycloakAuthLayer,
};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

#[derive(Clone, Debug, Deserialize)]
struct Extra {
    scope: String,
}

async fn orders(
    State(issuer): State<String>,
    Extension(token): Extension<KeycloakToken<String, Extra>>,
) -> Result<&'static str, StatusCode> {
    // The layer does not check the issuer. It compares the audience, but accepts a token without one.
    let from_tenant = token.issuer == issuer && !token.audience.is_empty();
    let mut scopes = token.extra.scope.split(' ');
    match from_tenant && scopes.any(|scope| scope == arena::SCOPE) {
        true => Ok("ok"),
        false => Err(StatusCode::FORBIDDEN),
    }
}

fn main() {
    arena::compete(async |settings| {
        let instance = KeycloakAuthInstance::new(
            KeycloakConfig::builder()
                .server(discovery(&settings).await)
                .realm("arena".to_owned())
                .build(),
        );
        let guard: KeycloakAuthLayer<String, Extra> = KeycloakAuthLayer::builder()
            .instance(instance)
            .expected_audiences(vec![settings.audience])
            .build();
        Router::new()
            .route(arena::PATH, get(orders))
            .layer(guard)
            .with_state(settings.issuer)
    });
}

/// Serves the discovery document. Returns the server's address.
async fn discovery(settings: &arena::Settings) -> Url {
    let document = Json(json!({
        "issuer": settings.issuer,
        "authorization_endpoint": format!("{}/auth", settings.issuer),
        "jwks_uri": settings.jwks_uri,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES384"],
    }));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route(
        "/realms/arena/.well-known/openid-configuration",
        get(|| async { document }),
    );
    tokio::spawn(async { axum::serve(listener, router).await });
    format!("http://{address}").parse().expect("an address")
}
