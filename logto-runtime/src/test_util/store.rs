//! [`Store`]: the resources, scopes and permissions of a test tenant.

use std::time::Duration;

use super::{
    claims::LIFETIME,
    directory::{Directory, MANAGEMENT_API},
};

/// The id of the Management API's resource.
pub(super) const MANAGEMENT_ID: &str = "management-api";

/// The resources, scopes and permissions of a tenant. [`new`](Self::new) adds those of the builder. Calls of
/// the Management API add others.
pub(super) struct Store {
    pub(super) resources: Vec<Resource>,
    /// The organization permissions.
    pub(super) permissions: Vec<Scope>,
    /// The number of ids that [`new_id`](Self::new_id) has made.
    ids: u64,
}

/// An API resource.
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) indicator: String,
    pub(super) lifetime: Duration,
    pub(super) scopes: Vec<Scope>,
}

/// A scope of a resource, or an organization permission.
pub(super) struct Scope {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
}

impl Store {
    /// Creates a store: first the Management API, then the resources and permissions of the builder.
    pub(super) fn new(directory: &Directory) -> Self {
        let mut store = Self {
            resources: vec![Resource {
                id: MANAGEMENT_ID.to_owned(),
                name: "Logto Management API".to_owned(),
                indicator: MANAGEMENT_API.to_owned(),
                lifetime: LIFETIME,
                scopes: vec![Scope {
                    id: "management-api-all".to_owned(),
                    name: "all".to_owned(),
                    description: "Default scope for Management API, allows all permissions."
                        .to_owned(),
                }],
            }],
            permissions: Vec::new(),
            ids: 0,
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
                let scope = store.new_scope(scope, "");
                store.resources[at].scopes.push(scope);
            }
        }
        for permission in &directory.permissions {
            let permission = store.new_scope(permission, "");
            store.permissions.push(permission);
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
        let id = self.new_id();
        self.resources.push(Resource {
            id,
            name: name.to_owned(),
            indicator: indicator.to_owned(),
            lifetime: LIFETIME,
            scopes: Vec::new(),
        });
        &self.resources[self.resources.len() - 1]
    }

    /// Makes a scope or permission with a new id. Does not add it to the store.
    pub(super) fn new_scope(&mut self, name: &str, description: &str) -> Scope {
        Scope {
            id: self.new_id(),
            name: name.to_owned(),
            description: description.to_owned(),
        }
    }

    /// Returns the id of a scope, or `None` if the resource or the scope does not exist.
    pub(super) fn scope_id(&self, indicator: &str, scope: &str) -> Option<&str> {
        let resource = &self.resources[self.position(indicator)?];
        let scope = resource.scopes.iter().find(|known| known.name == scope)?;
        Some(&scope.id)
    }

    fn position(&self, indicator: &str) -> Option<usize> {
        let mut resources = self.resources.iter();
        resources.position(|known| known.indicator == indicator)
    }

    /// Makes a new id. It has 21 characters, like Logto's ids.
    fn new_id(&mut self) -> String {
        self.ids += 1;
        format!("{:z>21}", self.ids)
    }
}

/// Makes a name from the indicator of a resource, because the builder does not set names.
fn display_name(indicator: &str) -> &str {
    let bare = indicator.trim_end_matches('/');
    bare.rsplit(['/', ':']).next().unwrap_or(bare)
}
