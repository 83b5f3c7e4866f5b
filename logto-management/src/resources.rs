//! API resources and their scopes.

use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::json;

use crate::{
    client::{Created, Management},
    error::Error,
};

/// The id of the Management API, which is a resource of every tenant.
const MANAGEMENT_API: &str = "management-api";

/// An API resource.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Resource {
    /// Logto's id of the resource.
    pub id: String,
    /// The name that the console shows.
    pub name: String,
    /// The resource indicator, which the console calls API identifier. It can be any text.
    pub indicator: String,
    /// Whether it is the tenant's default API resource.
    #[serde(default)]
    pub is_default: bool,
    /// The lifetime of its access tokens.
    #[serde(rename = "accessTokenTtl", deserialize_with = "seconds")]
    pub token_lifetime: Duration,
    /// Its scopes, in no particular order.
    #[serde(default)]
    pub scopes: Vec<Scope>,
}

/// A scope of an API resource.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Scope {
    /// Logto's id of the scope.
    pub id: String,
    /// The name of the scope, which tokens contain.
    pub name: String,
}

impl Resource {
    /// Checks whether this is the Management API itself.
    #[must_use]
    pub fn is_management_api(&self) -> bool {
        self.id == MANAGEMENT_API
    }
}

impl Management {
    /// Returns all API resources with their scopes, including the Management API itself.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn resources(&self) -> Result<Vec<Resource>, Error> {
        self.list("/resources?includeScopes=true").await
    }

    /// Creates an API resource.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn create_resource(
        &self,
        name: &str,
        indicator: &str,
    ) -> Result<Created<Resource>, Error> {
        let body = json!({ "name": name, "indicator": indicator });
        let existed = ["resource.resource_identifier_in_use"];
        self.create("/resources", &body, &existed).await
    }

    /// Returns the scopes of a resource.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn scopes(&self, resource_id: &str) -> Result<Vec<Scope>, Error> {
        self.pages(&format!("/resources/{}/scopes", segment(resource_id)))
            .await
    }

    /// Creates a scope of a resource.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the call, or does not answer as
    /// Logto does.
    pub async fn create_scope(
        &self,
        resource_id: &str,
        name: &str,
    ) -> Result<Created<Scope>, Error> {
        let path = format!("/resources/{}/scopes", segment(resource_id));
        let existed = ["scope.name_exists"];
        self.create(&path, &json!({ "name": name }), &existed).await
    }
}

/// Encodes an id as one segment of a path.
pub(crate) fn segment(id: &str) -> String {
    // This encodes a space as `+`, and a plus as `%2B`.
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    match id {
        // URL parsers remove these segments, even if their dots are encoded once. So the dots are encoded
        // twice. Logto does not know such an id, and answers 404.
        "." | ".." => encoded.replace('.', "%252E"),
        _ => encoded.replace('+', "%20"),
    }
}

#[cfg(test)]
#[test]
fn an_id_is_one_segment_of_a_path() {
    for (id, path) in [
        ("a1-_b", "/hooks/a1-_b/test"),
        ("a b+c", "/hooks/a%20b%2Bc/test"),
        ("a/../b?c#d", "/hooks/a%2F..%2Fb%3Fc%23d/test"),
        (".", "/hooks/%252E/test"),
        ("..", "/hooks/%252E%252E/test"),
        ("%2e%2e", "/hooks/%252e%252e/test"),
    ] {
        let url = format!("https://t.example/hooks/{}/test", segment(id));
        assert_eq!(url::Url::parse(&url).unwrap().path(), path, "{id}");
    }
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_secs)
}
