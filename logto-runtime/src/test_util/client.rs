//! Clients and users, and their scopes and permissions.

use std::fmt;

/// A machine-to-machine application with a secret. It gets tokens with the grant `client_credentials`.
#[derive(Clone)]
pub struct Client {
    pub(super) id: String,
    secret: String,
    pub(super) holds: Holdings,
}

/// A user with scopes and permissions.
///
/// A token that [`TokenBuilder`](super::TokenBuilder) makes for this user has the user's scopes or
/// permissions, unless the test sets other scopes.
#[derive(Clone, Debug)]
pub struct User {
    pub(super) id: String,
    pub(super) holds: Holdings,
}

/// The permissions and scopes of a client or user in one organization.
#[derive(Clone, Debug, Default)]
pub struct Membership {
    pub(super) permissions: Vec<String>,
    pub(super) scopes: Vec<Scopes>,
}

/// The scopes of one resource.
#[derive(Clone, Debug)]
pub(super) struct Scopes {
    pub(super) indicator: String,
    pub(super) names: Vec<String>,
}

/// The scopes and the memberships of a client or user.
#[derive(Clone, Debug, Default)]
pub(super) struct Holdings {
    /// The scopes that global roles grant.
    pub(super) global: Vec<Scopes>,
    /// Memberships by organization id.
    pub(super) memberships: Vec<(String, Membership)>,
}

macro_rules! holder {
    ($($holder:ident),*) => {$(
        impl $holder {
            /// Adds scopes of a resource, as if a global role granted them.
            #[must_use]
            pub fn scopes<I: IntoIterator<Item: Into<String>>>(
                mut self,
                resource: impl Into<String>,
                scopes: I,
            ) -> Self {
                self.holds.global.push(Scopes::new(resource, scopes));
                self
            }

            /// Adds a membership in an organization.
            #[must_use]
            pub fn member_of(
                mut self,
                organization: impl Into<String>,
                membership: Membership,
            ) -> Self {
                self.holds.memberships.push((organization.into(), membership));
                self
            }
        }
    )*};
}

holder!(Client, User);

impl Client {
    /// Creates a client without scopes or memberships.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            holds: Holdings::default(),
        }
    }

    pub(super) fn has_secret(&self, secret: &str) -> bool {
        self.secret == secret
    }
}

impl User {
    /// Creates a user without scopes or memberships.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            holds: Holdings::default(),
        }
    }
}

impl Membership {
    /// Creates a membership without permissions or scopes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds organization permissions.
    #[must_use]
    pub fn permissions<I: IntoIterator<Item: Into<String>>>(mut self, permissions: I) -> Self {
        self.permissions
            .extend(permissions.into_iter().map(Into::into));
        self
    }

    /// Adds scopes of an API resource. These scopes apply within the organization.
    #[must_use]
    pub fn scopes<I: IntoIterator<Item: Into<String>>>(
        mut self,
        resource: impl Into<String>,
        scopes: I,
    ) -> Self {
        self.scopes.push(Scopes::new(resource, scopes));
        self
    }
}

impl Scopes {
    pub(super) fn new<I: IntoIterator<Item: Into<String>>>(
        indicator: impl Into<String>,
        names: I,
    ) -> Self {
        Self {
            indicator: indicator.into(),
            names: names.into_iter().map(Into::into).collect(),
        }
    }
}

impl Holdings {
    pub(super) fn is_member_of(&self, organization: &str) -> bool {
        self.memberships.iter().any(|(id, _)| id == organization)
    }

    /// Returns the scopes that global roles grant for the resource.
    pub(super) fn global(&self, indicator: &str) -> Vec<String> {
        distinct(named(&self.global, indicator))
    }

    /// Returns the scopes that roles in the organization grant for the resource. If `organization` is `None`,
    /// returns the scopes from roles in any organization.
    pub(super) fn within(&self, organization: Option<&str>, indicator: &str) -> Vec<String> {
        distinct(
            self.memberships
                .iter()
                .filter(|(id, _)| organization.is_none_or(|organization| organization == id))
                .flat_map(|(_, membership)| named(&membership.scopes, indicator)),
        )
    }

    /// Returns the permissions in the organization.
    pub(super) fn permissions(&self, organization: &str) -> Vec<String> {
        distinct(
            self.memberships
                .iter()
                .filter(|(id, _)| id == organization)
                .flat_map(|(_, membership)| &membership.permissions),
        )
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("holds", &self.holds)
            .finish_non_exhaustive()
    }
}

/// Returns the scopes that belong to the resource.
pub(super) fn named<'a>(
    scopes: &'a [Scopes],
    indicator: &'a str,
) -> impl Iterator<Item = &'a String> {
    scopes
        .iter()
        .filter(move |scopes| scopes.indicator == indicator)
        .flat_map(|scopes| &scopes.names)
}

/// Removes duplicates and keeps the order.
pub(super) fn distinct<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        if !distinct.contains(name) {
            distinct.push(name.clone());
        }
    }
    distinct
}
