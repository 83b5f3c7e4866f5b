//! Decides who may call the simulated Management API. As recorded from Logto, the errors do not have the
//! header `WWW-Authenticate`.

use http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use serde_json::json;

use super::{
    super::{directory::MANAGEMENT_API, tenant::Tenant},
    answer::ApiError,
};
use crate::logto::Logto;

const SCOPE: &str = "all";

/// Verifies the token, its audience and its scope.
pub(super) async fn authorize(tenant: &Tenant, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "auth.authorization_header_missing",
            "Authorization header is missing.",
        ));
    };
    // The Management API of Logto accepts only the spelling `Bearer`, with a capital letter.
    let token = header
        .to_str()
        .ok()
        .and_then(|it| it.strip_prefix("Bearer "));
    let Some(token) = token else {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "auth.authorization_token_type_not_supported",
            "Authorization type is not supported.",
        )
        .with_data(json!({ "supportedTypes": ["Bearer"] })));
    };
    let unauthorized = || {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "auth.unauthorized",
            "Unauthorized. Please check credentials and its scope.",
        )
    };
    let clock = tenant.clock.clone();
    let logto = Logto::builder(&tenant.endpoint)
        .clock(move || clock.now())
        .jwks_json(tenant.keys().document())
        .resource(MANAGEMENT_API)
        .build()
        .map_err(|_| unauthorized())?;
    let auth = logto.verify(token).await.map_err(|_| unauthorized())?;
    if !auth.audience().any(|audience| audience == MANAGEMENT_API) {
        return Err(unauthorized());
    }
    if !auth.has_scope(SCOPE) {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "auth.forbidden",
            "Forbidden. Please check your user roles and permissions.",
        ));
    }
    Ok(())
}
