//! The simulated endpoints `/api/organization-scopes` and `/api/organization-roles`.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, response::Response};
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::{
    super::{
        client::Membership,
        store::{Scope, Store},
        tenant::Tenant,
    },
    answer::{self, ApiError, json_answer},
    resources::NewScope,
};

pub(super) async fn scopes(State(tenant): State<Arc<Tenant>>, uri: Uri) -> Response {
    let store = tenant.store();
    answer::whole_list_or_page(
        &uri,
        store.permissions.iter().map(permission_json).collect(),
    )
}

pub(super) async fn create_scope(
    State(tenant): State<Arc<Tenant>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let NewScope { name, description } =
        serde_json::from_slice(&body).map_err(|_| ApiError::invalid_input())?;
    let mut store = tenant.store();
    if store.permissions.iter().any(|known| known.name == name) {
        return Err(ApiError::unprocessable(
            "entity.unique_integrity_violation",
            "The entity already exists. Please check the input and try again.",
        ));
    }
    let new = store.new_scope(&name, &description.unwrap_or_default());
    let created = permission_json(&new);
    store.permissions.push(new);
    Ok(json_answer(StatusCode::CREATED, &created))
}

/// Lists one role for each membership of a client or user, because the builder does not describe roles. As in
/// Logto, the list always has pages.
pub(super) async fn roles(State(tenant): State<Arc<Tenant>>, uri: Uri) -> Response {
    let store = tenant.store();
    let directory = &tenant.directory;
    let users = directory
        .users
        .iter()
        .map(|user| (&user.id, "User", &user.holds));
    let clients = directory
        .clients
        .iter()
        .map(|client| (&client.id, "MachineToMachine", &client.holds));
    let roles = users.chain(clients).flat_map(|(holder, kind, holds)| {
        let memberships = holds.memberships.iter();
        memberships
            .map(move |(organization, held)| (format!("{holder} in {organization}"), kind, held))
    });
    let roles = roles.map(|(name, kind, held)| role_json(&store, &name, kind, held));
    answer::always_a_page(&uri, roles.collect())
}

fn role_json(store: &Store, name: &str, kind: &str, held: &Membership) -> Value {
    let scopes = held.permissions.iter().map(|name| {
        let known = store.permissions.iter().find(|known| known.name == *name);
        json!({ "id": known.map(|known| &known.id), "name": name })
    });
    let resource_scopes = held.scopes.iter().flat_map(|held| {
        held.names
            .iter()
            .map(|name| (store.scope_id(&held.indicator, name), name))
            .map(|(id, name)| json!({ "id": id.unwrap_or_default(), "name": name }))
    });
    json!({
        "tenantId": "default",
        "id": name,
        "name": name,
        "description": name,
        "type": kind,
        "scopes": scopes.collect::<Vec<_>>(),
        "resourceScopes": resource_scopes.collect::<Vec<_>>(),
    })
}

fn permission_json(permission: &Scope) -> Value {
    json!({
        "tenantId": "default",
        "id": permission.id,
        "name": permission.name,
        "description": permission.description,
    })
}
