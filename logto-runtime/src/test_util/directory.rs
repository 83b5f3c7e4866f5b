//! [`Directory`]: the resources, users and other entities that the builder of a test tenant describes.

use std::time::Duration;

use super::{
    claims::LIFETIME,
    client::{Client, Scopes, User, distinct, named},
    fail_test::fail_test,
    hook::Hook,
};

/// The resource indicator of the Management API. Every tenant has this resource.
pub(super) const MANAGEMENT_API: &str = "https://default.logto.app/api";

/// A resource that every tenant has. For this resource, any machine can get a token with any organization
/// permission. So such a token does not prove that the machine holds a permission.
pub(super) const RESERVED_RESOURCE: &str = "urn:logto:resource:organizations";

/// The entities that the builder of a tenant describes. [`Store`](super::store::Store) also has entities that
/// calls of the Management API create.
#[derive(Clone, Debug, Default)]
pub(super) struct Directory {
    pub(super) resources: Vec<Scopes>,
    pub(super) organizations: Vec<String>,
    pub(super) permissions: Vec<String>,
    pub(super) clients: Vec<Client>,
    pub(super) users: Vec<User>,
    pub(super) hooks: Vec<Hook>,
    /// The token lifetimes that the builder sets, by resource indicator.
    pub(super) lifetimes: Vec<(String, Duration)>,
}

impl Directory {
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        self.resources
            .iter()
            .map(|resource| resource.indicator.as_str())
    }

    /// Whether the builder describes the resource, or every tenant has it. Compares indicators byte for byte.
    pub(super) fn knows_resource(&self, indicator: &str) -> bool {
        [MANAGEMENT_API, RESERVED_RESOURCE].contains(&indicator)
            || self.resources().any(|known| known == indicator)
    }

    #[cfg(feature = "revocation")]
    pub(super) fn knows_user(&self, id: &str) -> bool {
        self.users.iter().any(|user| user.id == id)
    }

    /// Returns the lifetime of tokens for a resource. If the builder sets several, the last one applies.
    pub(super) fn lifetime(&self, indicator: &str) -> Duration {
        let mut set = self.lifetimes.iter().rev();
        set.find(|(known, _)| known == indicator)
            .map_or(LIFETIME, |(_, lifetime)| *lifetime)
    }

    pub(super) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// Returns all scopes or permissions that a token of this user can have.
    ///
    /// - With a resource and an organization: the scopes from global roles and from roles in `organization`.
    /// - With only a resource: the scopes from global roles and from roles in any organization.
    /// - With only an organization: the permissions in `organization`.
    pub(super) fn user_scopes(
        &self,
        user: &str,
        organization: Option<&str>,
        indicator: Option<&str>,
    ) -> Vec<String> {
        let Some(user) = self.users.iter().find(|known| known.id == user) else {
            return Vec::new();
        };
        match (indicator, organization) {
            (Some(indicator), organization) => distinct(
                user.holds
                    .global(indicator)
                    .iter()
                    .chain(&user.holds.within(organization, indicator)),
            ),
            (None, Some(organization)) => user.holds.permissions(organization),
            (None, None) => Vec::new(),
        }
    }

    /// Panics if a client or user holds an unregistered scope or permission, or is a member of an
    /// unregistered organization. Scopes of the Management API are not checked.
    ///
    /// Without this check, a misspelt name in a test would look like a missing permission.
    #[track_caller]
    pub(super) fn check(&self) {
        let clients = self
            .clients
            .iter()
            .map(|client| (&client.id, &client.holds));
        let users = self.users.iter().map(|user| (&user.id, &user.holds));
        for (id, holds) in clients.chain(users) {
            let scopes = holds.memberships.iter().flat_map(|(_, held)| &held.scopes);
            for held in holds.global.iter().chain(scopes) {
                self.check_scopes(id, held);
            }
            for (organization, membership) in &holds.memberships {
                if !self.organizations.contains(organization) {
                    fail_test(format_args!(
                        "`{id}` is a member of the unregistered organization `{organization}`; \
                         add `.organization(\"{organization}\")`"
                    ));
                }
                for name in &membership.permissions {
                    if !self.permissions.contains(name) {
                        fail_test(format_args!(
                            "`{id}` holds the unregistered organization permission `{name}`; \
                             add it with `.organization_permissions([…])`"
                        ));
                    }
                }
            }
        }
    }

    #[track_caller]
    fn check_scopes(&self, id: &str, held: &Scopes) {
        if held.indicator == MANAGEMENT_API {
            return;
        }
        let known = named(&self.resources, &held.indicator).collect::<Vec<_>>();
        for name in &held.names {
            if !known.contains(&name) {
                fail_test(format_args!(
                    "`{id}` holds the unregistered scope `{name}` of {0}; \
                     add it with `.resource(\"{0}\", […])`",
                    held.indicator
                ));
            }
        }
    }
}
