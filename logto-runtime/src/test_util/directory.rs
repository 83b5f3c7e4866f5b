//! Who and what the tenant knows: resources, organizations, clients, users.

use super::{
    client::{Client, Scopes, User, distinct, named},
    misuse::misuse,
};

/// Origin to every Logto tenant; neither says anything about permission.
const MANAGEMENT_API: &str = "https://default.logto.app/api";
pub(super) const RESERVED_RESOURCE: &str = "urn:logto:resource:organizations";

#[derive(Clone, Debug, Default)]
pub(super) struct Directory {
    pub(super) resources: Vec<Scopes>,
    pub(super) organizations: Vec<String>,
    pub(super) permissions: Vec<String>,
    pub(super) clients: Vec<Client>,
    pub(super) users: Vec<User>,
}

impl Directory {
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        self.resources
            .iter()
            .map(|resource| resource.indicator.as_str())
    }

    /// Indicators are compared as exact strings, without any normalisation.
    pub(super) fn knows_resource(&self, indicator: &str) -> bool {
        [MANAGEMENT_API, RESERVED_RESOURCE].contains(&indicator)
            || self.resources().any(|known| known == indicator)
    }

    pub(super) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// What a user's token carries when it asks for no scope in particular: all the user holds.
    /// Logto adds global scopes to an organization's, and without an organization those of all.
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

    /// Fails the test that holds a scope, resource or organization nobody registered: a typing
    /// error there would look like a missing permission.
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
                    misuse(format_args!(
                        "`{id}` is member of `{organization}`, which is no organization; \
                         add `.organization(\"{organization}\")`"
                    ));
                }
                for name in &membership.permissions {
                    if !self.permissions.contains(name) {
                        misuse(format_args!(
                            "`{id}` holds `{name}`, which is no organization permission; \
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
                misuse(format_args!(
                    "`{id}` holds `{name}` of {0}, which has no such scope; \
                     add it with `.resource(\"{0}\", […])`",
                    held.indicator
                ));
            }
        }
    }
}
