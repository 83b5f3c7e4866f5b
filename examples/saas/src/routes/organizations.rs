//! Handlers guarded by organization permissions or by scopes of an organization-level API resource.
//!
//! The guards compare the organization in the path with the organization of the token. The handlers do not
//! read the path. They pass the [`OrganizationId`] of the verified token to the store.

use axum::{Json, extract::State};
use logto_runtime::{OrganizationId, require_org_permission, require_org_scopes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::{OrganizationData, Settings, Store};

#[derive(Deserialize, Serialize, ToSchema)]
pub(super) struct Invitation {
    email: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Of<T> {
    #[serde(rename = "organizationId")]
    organization: OrganizationId,
    #[serde(flatten)]
    data: T,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Configured {
    #[schema(value_type = HashMap<String, Value>)]
    settings: Settings,
}

/// Invite a member
#[require_org_permission("invite:member")]
#[utoipa::path(
    post,
    path = "/api/organizations/{organization_id}/invitations",
    params(("organization_id" = String, Path)),
    request_body = Invitation,
    responses((status = 200, description = "the invitation", body = Of<Invitation>))
)]
pub(super) async fn invite(
    organization: OrganizationId,
    State(store): State<Store>,
    Json(invitation): Json<Invitation>,
) -> Json<Of<Invitation>> {
    store.invite(&organization, invitation.email.clone());
    let data = invitation;
    Json(Of { organization, data })
}

/// Read the data of an organization
#[require_org_scopes("read:data", resource = "org")]
#[utoipa::path(
    get,
    path = "/api/organizations/{organization_id}/data",
    params(("organization_id" = String, Path)),
    responses((status = 200, description = "its data", body = Of<OrganizationData>))
)]
pub(super) async fn data(
    organization: OrganizationId,
    State(store): State<Store>,
) -> Json<Of<OrganizationData>> {
    let data = store.data(&organization);
    Json(Of { organization, data })
}

/// Replace an organization's settings
#[require_org_scopes("write:settings", resource = "org")]
#[utoipa::path(
    put,
    path = "/api/organizations/{organization_id}/settings",
    params(("organization_id" = String, Path)),
    request_body = HashMap<String, Value>,
    responses((status = 200, description = "the new settings", body = Of<Configured>))
)]
pub(super) async fn configure(
    organization: OrganizationId,
    State(store): State<Store>,
    Json(settings): Json<Settings>,
) -> Json<Of<Configured>> {
    store.configure(&organization, settings.clone());
    let data = Configured { settings };
    Json(Of { organization, data })
}
