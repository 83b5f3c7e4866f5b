//! [`Minter`], which mints tokens for the explorer, a page for development.

use std::{sync::Arc, time::SystemTime};

#[cfg(feature = "revocation")]
use super::claims::random_id;
use super::{
    client::{Holdings, distinct},
    tenant::Tenant,
    test_tenant::TestTenant,
    token_builder::TokenBuilder,
};

/// Mints tokens of a tenant, and lists who is registered there. This works even after the [`TestTenant`] was
/// dropped.
#[derive(Clone)]
pub(crate) struct Minter(Arc<Tenant>);

/// A registered member of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: String,
    /// Whether the member is a machine-to-machine application, and not a user.
    pub(crate) is_machine: bool,
    /// How many permissions and scopes the member has in the organization.
    pub(crate) rights: usize,
}

impl TestTenant {
    pub(crate) fn minter(&self) -> Minter {
        Minter(Arc::clone(&self.tenant))
    }
}

impl Minter {
    pub(crate) fn token(&self) -> TokenBuilder<'_> {
        TokenBuilder::new(&self.0)
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.0.clock.now()
    }

    #[cfg(feature = "revocation")]
    pub(crate) fn issuer(&self) -> String {
        self.0.issuer()
    }

    /// Returns an id that no other token has.
    #[cfg(feature = "revocation")]
    pub(crate) fn token_id(&self) -> String {
        random_id()
    }

    pub(crate) fn organizations(&self) -> &[String] {
        &self.0.directory.organizations
    }

    /// Returns the id of the first registered user.
    pub(crate) fn first_user(&self) -> Option<&str> {
        let first = self.0.directory.users.first();
        first.map(|user| user.id.as_str())
    }

    /// Returns the registered members of an organization: users first, then machines.
    pub(crate) fn members_of(&self, organization: &str) -> Vec<Member> {
        let directory = &self.0.directory;
        let users = directory.users.iter();
        let users = users.map(|user| (&user.id, false, &user.holds));
        let machines = directory.clients.iter();
        let machines = machines.map(|client| (&client.id, true, &client.holds));
        users
            .chain(machines)
            .filter(|(_, _, holds)| holds.is_member_of(organization))
            .map(|(id, is_machine, holds)| Member {
                id: id.clone(),
                is_machine,
                rights: rights(holds, organization),
            })
            .collect()
    }

    /// Returns the scopes or permissions that a member can get in a token for this resource and
    /// organization.
    ///
    /// In a token for a resource and an organization, a user has the scopes from global roles and from roles
    /// in the organization. A machine has only the scopes from roles in the organization.
    pub(crate) fn held(
        &self,
        member: &Member,
        resource: Option<&str>,
        organization: Option<&str>,
    ) -> Vec<String> {
        let directory = &self.0.directory;
        if !member.is_machine {
            return directory.user_scopes(&member.id, organization, resource);
        }
        let Some(client) = directory.client(&member.id) else {
            return Vec::new();
        };
        match (resource, organization) {
            (Some(resource), None) => client.holds.global(resource),
            (Some(resource), Some(_)) => client.holds.within(organization, resource),
            (None, Some(organization)) => client.holds.permissions(organization),
            (None, None) => Vec::new(),
        }
    }
}

fn rights(holds: &Holdings, organization: &str) -> usize {
    let memberships = holds.memberships.iter();
    let scopes = memberships
        .filter(|(id, _)| id == organization)
        .flat_map(|(_, membership)| &membership.scopes);
    let scopes: usize = scopes.map(|scopes| distinct(&scopes.names).len()).sum();
    holds.permissions(organization).len() + scopes
}
