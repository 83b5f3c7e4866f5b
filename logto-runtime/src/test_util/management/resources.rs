//! `/api/resources` and `/api/resources/{id}/scopes`.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        store::{MANAGEMENT_ID, Resource, Scope},
        tenant::Tenant,
    },
    answer::{self, ApiError, json_answer},
    hook_json::RECORDED_AT,
};

#[derive(Deserialize)]
struct NewResource {
    name: String,
    indicator: String,
}

#[derive(Deserialize)]
pub(super) struct NewScope {
    pub(super) name: String,
    pub(super) description: Option<String>,
}

pub(super) async fn list(State(tenant): State<Arc<Tenant>>, uri: Uri) -> Response {
    let with_scopes = uri
        .query()
        .is_some_and(|query| query.contains("includeScopes=true"));
    let store = tenant.store();
    let resources = store.resources.iter();
    answer::whole_list_or_page(
        &uri,
        resources.map(|it| resource_json(it, with_scopes)).collect(),
    )
}

pub(super) async fn create(
    State(tenant): State<Arc<Tenant>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let NewResource { name, indicator } =
        serde_json::from_slice(&body).map_err(|_| ApiError::invalid_input())?;
    let mut store = tenant.store();
    if store.knows(&indicator) {
        return Err(ApiError::unprocessable(
            "resource.resource_identifier_in_use",
            format!("The API identifier {indicator} is already in use"),
        ));
    }
    let created = resource_json(store.add_resource(&name, &indicator), true);
    Ok(json_answer(StatusCode::CREATED, &created))
}

pub(super) async fn scopes(
    State(tenant): State<Arc<Tenant>>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut store = tenant.store();
    let resource = store.resource(&id).ok_or_else(ApiError::not_found)?;
    let scopes = resource.scopes.iter();
    Ok(answer::always_a_page(
        &uri,
        scopes.map(|it| scope_json(&id, it)).collect(),
    ))
}

pub(super) async fn create_scope(
    State(tenant): State<Arc<Tenant>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let NewScope { name, description } =
        serde_json::from_slice(&body).map_err(|_| ApiError::invalid_input())?;
    if id == MANAGEMENT_ID {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "resource.cannot_modify_management_api",
            "Cannot modify Logto Management API.",
        ));
    }
    if name.chars().any(char::is_whitespace) {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "scope.name_with_space",
            "The name of the scope cannot contain any spaces.",
        ));
    }
    let mut store = tenant.store();
    let new = store.new_scope(&name, &description.unwrap_or_default());
    let resource = store.resource(&id).ok_or_else(ApiError::not_found)?;
    if resource.scopes.iter().any(|known| known.name == name) {
        return Err(ApiError::unprocessable(
            "scope.name_exists",
            format!("The scope name {name} is already in use"),
        ));
    }
    let created = scope_json(&id, &new);
    resource.scopes.push(new);
    Ok(json_answer(StatusCode::CREATED, &created))
}

fn resource_json(resource: &Resource, with_scopes: bool) -> Value {
    let mut shown = json!({
        "tenantId": "default",
        "id": resource.id,
        "name": resource.name,
        "indicator": resource.indicator,
        "isDefault": false,
        "accessTokenTtl": resource.lifetime.as_secs(),
    });
    if with_scopes {
        let scopes = resource.scopes.iter();
        shown["scopes"] = scopes.map(|it| scope_json(&resource.id, it)).collect();
    }
    shown
}

fn scope_json(resource_id: &str, scope: &Scope) -> Value {
    json!({
        "tenantId": "default",
        "id": scope.id,
        "resourceId": resource_id,
        "name": scope.name,
        "description": scope.description,
        "createdAt": RECORDED_AT,
    })
}
