//! The state of a test tenant, which the test's thread and the server's thread share.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::{
    directory::Directory, faults::Traffic, key_ring::KeyRing, store::Store,
    tenant_clock::TenantClock,
};

/// The shared state of a tenant.
pub(super) struct Tenant {
    pub(super) endpoint: String,
    pub(super) directory: Directory,
    /// The resources, scopes and permissions.
    pub(super) store: Mutex<Store>,
    pub(super) keys: Mutex<KeyRing>,
    pub(super) clock: TenantClock,
    /// When the tenant started, by its clock.
    pub(super) started: SystemTime,
    pub(super) traffic: Traffic,
    #[cfg(feature = "revocation")]
    pub(super) webhook: super::webhook_target::Webhook,
}

impl Tenant {
    pub(super) fn issuer(&self) -> String {
        format!("{}/oidc", self.endpoint)
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keys(&self) -> MutexGuard<'_, KeyRing> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
