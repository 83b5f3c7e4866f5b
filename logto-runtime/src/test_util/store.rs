//! Everything that the Management API lists.

use std::time::Duration;

use super::{
    claims::LIFETIME,
    directory::{Directory, MANAGEMENT_API},
};

/// The id of the Management API among the resources.
pub(super) const MANAGEMENT_ID: &str = "management-api";

/// The resources, scopes and permissions: those of the builder, and those that were created.
pub(super) struct Store {
    pub(super) resources: Vec<Resource>,
    pub(super) permissions: Vec<Named>,
    created: u64,
}

/// An API resource.
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) indicator: String,
    pub(super) lifetime: Duration,
    pub(super) scopes: Vec<Named>,
}

/// A scope or permission.
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
}

impl Store {
    /// Lists what the builder describes, after the Management API itself.
    pub(super) fn new(directory: &Directory) -> Self {
        let mut store = Self {
            resources: vec![Resource {
                id: MANAGEMENT_ID.to_owned(),
                name: "Logto Management API".to_owned(),
                indicator: MANAGEMENT_API.to_owned(),
                lifetime: LIFETIME,
                scopes: vec![Named {
                    id: "management-api-all".to_owned(),
                    name: "all".to_owned(),
                    description: "Default scope for Management API, allows all permissions."
                        .to_owned(),
                }],
            }],
            permissions: Vec::new(),
            created: 0,
        };
        for described in &directory.resources {
            let at = match store.position(&described.indicator) {
                Some(at) => at,
                None => {
                    let name = display_name(&described.indicator);
                    store.add_resource(name, &described.indicator);
                    store.resources.len() - 1
                }
            };
            store.resources[at].lifetime = directory.lifetime(&described.indicator);
            for scope in &described.names {
                let named = store.named(scope, "");
                store.resources[at].scopes.push(named);
            }
        }
        for permission in &directory.permissions {
            let named = store.named(permission, "");
            store.permissions.push(named);
        }
        store
    }

    /// Checks whether a resource has this indicator.
    pub(super) fn knows(&self, indicator: &str) -> bool {
        self.position(indicator).is_some()
    }

    pub(super) fn resource(&mut self, id: &str) -> Option<&mut Resource> {
        self.resources.iter_mut().find(|known| known.id == id)
    }

    /// Adds a resource without scopes, and returns it.
    pub(super) fn add_resource(&mut self, name: &str, indicator: &str) -> &Resource {
        let id = self.id();
        self.resources.push(Resource {
            id,
            name: name.to_owned(),
            indicator: indicator.to_owned(),
            lifetime: LIFETIME,
            scopes: Vec::new(),
        });
        &self.resources[self.resources.len() - 1]
    }

    /// Makes a scope or permission with an id of its own.
    pub(super) fn named(&mut self, name: &str, description: &str) -> Named {
        Named {
            id: self.id(),
            name: name.to_owned(),
            description: description.to_owned(),
        }
    }

    /// Returns the id of a scope of a resource.
    pub(super) fn scope_id(&self, indicator: &str, scope: &str) -> &str {
        let resource = self.position(indicator).map(|at| &self.resources[at]);
        resource
            .and_then(|resource| resource.scopes.iter().find(|known| known.name == scope))
            .map_or("", |scope| &scope.id)
    }

    fn position(&self, indicator: &str) -> Option<usize> {
        let mut resources = self.resources.iter();
        resources.position(|known| known.indicator == indicator)
    }

    /// Returns a new id, of 21 characters as Logto's.
    fn id(&mut self) -> String {
        self.created += 1;
        format!("{:z>21}", self.created)
    }
}

/// Returns a name for a resource of the builder, which only has an indicator.
fn display_name(indicator: &str) -> &str {
    let bare = indicator.trim_end_matches('/');
    bare.rsplit(['/', ':']).next().unwrap_or(bare)
}
