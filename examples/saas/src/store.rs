//! Stores the data of the example API in memory. The functions for the data of an organization take an
//! [`OrganizationId`]. A handler gets this id from the verified token, and so cannot mix up organizations.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use logto_runtime::OrganizationId;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub(crate) type Settings = Map<String, Value>;

#[derive(Clone, Default)]
pub(crate) struct Store(Arc<Mutex<Tables>>);

#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Product {
    id: usize,
    name: String,
}

#[derive(Clone, Default, Serialize, ToSchema)]
pub(crate) struct OrganizationData {
    invitations: Vec<String>,
    #[schema(value_type = HashMap<String, Value>)]
    settings: Settings,
}

#[derive(Default)]
struct Tables {
    products: Vec<Product>,
    organizations: HashMap<OrganizationId, OrganizationData>,
}

impl Store {
    pub(crate) fn products(&self) -> Vec<Product> {
        self.tables().products.clone()
    }

    pub(crate) fn add_product(&self, name: String) -> Product {
        let products = &mut self.tables().products;
        let id = products.len() + 1;
        let product = Product { id, name };
        products.push(product.clone());
        product
    }

    pub(crate) fn data(&self, organization: &OrganizationId) -> OrganizationData {
        let tables = self.tables();
        tables
            .organizations
            .get(organization)
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn invite(&self, organization: &OrganizationId, email: String) {
        self.change(organization, |data| data.invitations.push(email));
    }

    pub(crate) fn configure(&self, organization: &OrganizationId, settings: Settings) {
        self.change(organization, |data| data.settings = settings);
    }

    fn change(&self, organization: &OrganizationId, change: impl FnOnce(&mut OrganizationData)) {
        let mut tables = self.tables();
        change(
            tables
                .organizations
                .entry(organization.clone())
                .or_default(),
        );
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
