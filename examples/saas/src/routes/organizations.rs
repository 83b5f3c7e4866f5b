//! Organizations: their own permissions, and the scopes of a resource that organizations share.
//!
//! The organization in the path is only compared with the token's. What reaches the store is an
//! [`OrganizationId`], which nothing but a verified token yields.

use axum::{Json, extract::State};
use logto_runtime::{OrganizationId, require_org_permission, require_org_scopes};
use serde::{Deserialize, Serialize};

use crate::store::{OrganizationData, Settings, Store};

#[derive(Deserialize, Serialize)]
pub(super) struct Invitation {
    email: String,
}

#[derive(Serialize)]
pub(super) struct Of<T> {
    #[serde(rename = "organizationId")]
    organization: OrganizationId,
    #[serde(flatten)]
    data: T,
}

#[derive(Serialize)]
pub(super) struct Configured {
    settings: Settings,
}

#[require_org_permission("invite:member")]
pub(super) async fn invite(
    organization: OrganizationId,
    State(store): State<Store>,
    Json(invitation): Json<Invitation>,
) -> Json<Of<Invitation>> {
    store.invite(&organization, invitation.email.clone());
    let data = invitation;
    Json(Of { organization, data })
}

#[require_org_scopes("read:data", resource = "org")]
pub(super) async fn data(
    organization: OrganizationId,
    State(store): State<Store>,
) -> Json<Of<OrganizationData>> {
    let data = store.data(&organization);
    Json(Of { organization, data })
}

#[require_org_scopes("write:settings", resource = "org")]
pub(super) async fn configure(
    organization: OrganizationId,
    State(store): State<Store>,
    Json(settings): Json<Settings>,
) -> Json<Of<Configured>> {
    store.configure(&organization, settings.clone());
    let data = Configured { settings };
    Json(Of { organization, data })
}
