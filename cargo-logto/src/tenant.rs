//! The resources, scopes and organization permissions of a tenant.

use std::collections::BTreeSet;

use logto_management::{Management, Resource};

use crate::{
    failure::Failure,
    progress::{during, waiting},
};

/// The API resources and organization permissions of a tenant. The resource of the Management API itself is
/// left out.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    /// Sorted by indicator.
    pub(crate) resources: Vec<Resource>,
    pub(crate) permissions: BTreeSet<String>,
}

/// Builds the client from the environment.
pub(crate) fn connect() -> Result<Management, Failure> {
    Ok(Management::from_env()?.on_wait(waiting).build()?)
}

impl Tenant {
    pub(crate) async fn read(management: &Management) -> Result<Self, Failure> {
        let endpoint = management.endpoint();
        let what = format!("reading resources and permissions of {endpoint}");
        during(&what, async {
            let mut resources = management.resources().await?;
            resources.retain(|it| !it.is_management_api() && it.indicator != management.resource());
            resources.sort_by(|one, other| one.indicator.cmp(&other.indicator));
            let permissions = management.organization_scopes().await?;
            let permissions = permissions.into_iter().map(|it| it.name).collect();
            Ok(Self {
                resources,
                permissions,
            })
        })
        .await
    }

    /// Returns the resource with this indicator, compared byte for byte as Logto does.
    pub(crate) fn resource(&self, indicator: &str) -> Option<&Resource> {
        self.resources.iter().find(|it| it.indicator == indicator)
    }
}

/// Returns the scopes of a resource, sorted.
pub(crate) fn scopes_of(resource: &Resource) -> BTreeSet<&str> {
    resource.scopes.iter().map(|scope| &*scope.name).collect()
}
