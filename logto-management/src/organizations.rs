//! Organization permissions and roles.

use serde::Deserialize;
use serde_json::json;

use crate::{
    client::{Created, Management},
    error::Error,
};

/// An organization permission. The API calls it an organization scope.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct OrganizationScope {
    /// Logto's id of the permission.
    pub id: String,
    /// The name of the permission, which tokens contain.
    pub name: String,
}

/// A role that members of organizations can have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrganizationRole {
    /// The name that the console shows.
    pub name: String,
    /// The scopes of API resources that the role grants.
    #[serde(default)]
    pub resource_scopes: Vec<RoleScope>,
}

/// A scope of an API resource, granted by an organization role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RoleScope {
    /// Logto's id of the scope, as in [`Scope::id`](crate::Scope::id).
    pub id: String,
    /// The name of the scope, which tokens contain.
    pub name: String,
}

impl Management {
    /// Returns all organization permissions.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn organization_scopes(&self) -> Result<Vec<OrganizationScope>, Error> {
        self.list("/organization-scopes").await
    }

    /// Creates an organization permission.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn create_organization_scope(
        &self,
        name: &str,
    ) -> Result<Created<OrganizationScope>, Error> {
        let existed = ["entity.unique_integrity_violation"];
        self.create("/organization-scopes", &json!({ "name": name }), &existed)
            .await
    }

    /// Returns all organization roles. Logto sends them in pages.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn organization_roles(&self) -> Result<Vec<OrganizationRole>, Error> {
        self.pages("/organization-roles").await
    }
}
