//! [`TestTenantBuilder`], with which a test describes and starts a tenant.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    client::{Client, Scopes, User},
    directory::Directory,
    fail_test::fail_test,
    faults::Traffic,
    hook::Hook,
    key_ring::KeyRing,
    server::Server,
    signing_key::SigningKey,
    store::Store,
    tenant::Tenant,
    tenant_clock::TenantClock,
    test_tenant::TestTenant,
};
use crate::token::algorithm::Algorithm;

/// The endpoint of an offline tenant. The domain `.test` is never registered (RFC 6761 §6.2).
const OFFLINE: &str = "https://tenant.logto.test";

impl TestTenant {
    /// Starts a tenant without resources, organizations, clients or users.
    ///
    /// [`token`](Self::token) signs tokens for any resource, organization, client and user, registered or
    /// not.
    ///
    /// # Panics
    ///
    /// Panics if the tenant's server cannot start, for example because no loopback port is free.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Returns a builder for a tenant with resources, organizations, clients and users.
    pub fn builder() -> TestTenantBuilder {
        TestTenantBuilder::default()
    }
}

/// Builds a [`TestTenant`].
#[derive(Clone, Debug)]
#[must_use = "a described tenant does nothing until `start`"]
pub struct TestTenantBuilder {
    directory: Directory,
    algorithm: Algorithm,
    port: u16,
    offline: bool,
}

impl TestTenantBuilder {
    /// Sets the loopback port. By default, the operating system chooses a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Makes the tenant start without a socket.
    ///
    /// [`TestTenant::logto`] then returns a builder with a copy of the current key set. A `Logto` from that
    /// builder does not notice later rotations.
    pub fn offline(mut self) -> Self {
        self.offline = true;
        self
    }

    /// Sets the algorithm of the first signing key. The default is ES384.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Registers an API resource with its scopes.
    ///
    /// The first resource is the default resource of [`TestTenant::logto`] and [`TestTenant::token`].
    pub fn resource<I: IntoIterator<Item: Into<String>>>(
        mut self,
        indicator: impl Into<String>,
        scopes: I,
    ) -> Self {
        self.directory
            .resources
            .push(Scopes::new(indicator, scopes));
        self
    }

    /// Sets the lifetime of the tokens that the token endpoint issues for a resource. The default
    /// is one hour.
    pub fn token_lifetime(mut self, indicator: impl Into<String>, lifetime: Duration) -> Self {
        self.directory.lifetimes.push((indicator.into(), lifetime));
        self
    }

    /// Registers an organization.
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.directory.organizations.push(id.into());
        self
    }

    /// Registers organization permissions.
    pub fn organization_permissions<I: IntoIterator<Item: Into<String>>>(
        mut self,
        permissions: I,
    ) -> Self {
        self.directory
            .permissions
            .extend(permissions.into_iter().map(Into::into));
        self
    }

    /// Registers a client of the token endpoint.
    pub fn client(mut self, client: Client) -> Self {
        self.directory.clients.push(client);
        self
    }

    /// Registers a user.
    pub fn user(mut self, user: User) -> Self {
        self.directory.users.push(user);
        self
    }

    /// Registers a webhook. The Management API lists it, with the start of the tenant as its creation time.
    pub fn hook(mut self, hook: Hook) -> Self {
        self.directory.hooks.push(hook);
        self
    }

    /// Starts the tenant.
    ///
    /// # Panics
    ///
    /// Panics if [`try_start`](Self::try_start) fails or panics, for example because the port is in use.
    #[must_use]
    #[track_caller]
    pub fn start(self) -> TestTenant {
        let port = self.port;
        match self.try_start() {
            Ok(tenant) => tenant,
            Err(error) => fail_test(format_args!("cannot listen on 127.0.0.1:{port}: {error}")),
        }
    }

    /// Starts the tenant, and returns an error if its server cannot start.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system if the port cannot be opened or a thread cannot start.
    ///
    /// # Panics
    ///
    /// Panics if a client or user has a scope, a permission or an organization that is not registered. Scopes
    /// of the Management API are not checked.
    #[track_caller]
    pub fn try_start(self) -> io::Result<TestTenant> {
        self.directory.check();
        let listener = if self.offline {
            None
        } else {
            Some(TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?)
        };
        let endpoint = match &listener {
            Some(listener) => format!("http://{}", listener.local_addr()?),
            None => OFFLINE.to_owned(),
        };
        let clock = TenantClock::real();
        let tenant = Arc::new(Tenant {
            endpoint,
            store: Mutex::new(Store::new(&self.directory)),
            directory: self.directory,
            keys: Mutex::new(KeyRing::new(SigningKey::generate(self.algorithm))),
            started: clock.now(),
            clock,
            traffic: Traffic::default(),
            #[cfg(feature = "revocation")]
            webhook: super::webhook_target::Webhook::default(),
        });
        let server = listener
            .map(|listener| Server::start(listener, Arc::clone(&tenant)))
            .transpose()?;
        Ok(TestTenant { tenant, server })
    }
}

impl Default for TestTenantBuilder {
    fn default() -> Self {
        Self {
            directory: Directory::default(),
            algorithm: Algorithm::ES384,
            port: 0,
            offline: false,
        }
    }
}
