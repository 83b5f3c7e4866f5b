//! Serves protected resource metadata (RFC 9728), from which clients such as those of MCP learn
//! which authorization server issues tokens for an API.

use axum::{Router, body::Body, response::Response, routing::get};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::inventory::guards;
use crate::{
    answer::metadata_url::{WELL_KNOWN, location},
    logto::Logto,
    policy::requirement::{Requirement, RequirementKind},
};

/// The metadata document of a resource (RFC 9728 §2).
#[derive(Serialize)]
struct Metadata<'a> {
    resource: &'a str,
    authorization_servers: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<&'static str>,
    bearer_methods_supported: [&'static str; 1],
}

impl Logto {
    /// Returns a router that serves the metadata of every resource of this service (RFC 9728 §3).
    ///
    /// Merge it into yours, outside every guard. With
    /// [`announce_resource_metadata`](crate::LogtoBuilder::announce_resource_metadata), challenges
    /// lead clients to it (§5.1).
    ///
    /// The document of `https://api.example.com/products` is at
    /// `/.well-known/oauth-protected-resource/products`. The same path without `/products` serves
    /// the default resource. `scopes_supported` lists the scopes that the program's attributes ask
    /// for. Every origin may read the documents, because clients in browsers must.
    ///
    /// ```
    /// # use axum::Router;
    /// # use logto_runtime::Logto;
    /// # fn app(logto: Logto) -> Router {
    /// Router::new().merge(logto.protected_resource_metadata())
    /// # }
    /// ```
    pub fn protected_resource_metadata<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let mut documents: Vec<(String, String)> = Vec::new();
        let indicators = self.settings().resources.indicators();
        let located = indicators
            .iter()
            .filter_map(|indicator| Some((location(indicator)?, indicator)));
        // The default resource is served without a path too, unless that is the URL of another one.
        let default = indicators
            .first()
            .map(|indicator| (WELL_KNOWN.to_owned(), indicator));
        for (path, indicator) in located.chain(default) {
            if !documents.iter().any(|(known, _)| *known == path) {
                documents.push((path, self.metadata_of(indicator)));
            }
        }
        documents
            .into_iter()
            .fold(Router::new(), |router, (path, json)| {
                let document = move || std::future::ready(answer(json.clone()));
                router.route(
                    &path,
                    get(document).options(|| std::future::ready(preflight())),
                )
            })
    }

    fn metadata_of(&self, indicator: &str) -> String {
        let metadata = Metadata {
            resource: indicator,
            authorization_servers: &self.verifier().expected.issuers,
            scopes_supported: self.scopes_asked_for(indicator),
            bearer_methods_supported: ["header"],
        };
        serde_json::to_string(&metadata).unwrap_or_default()
    }

    fn scopes_asked_for(&self, indicator: &str) -> Vec<&'static str> {
        let mut scopes: Vec<_> = guards()
            .filter_map(|guard| guard.requirement)
            .filter(|requirement| {
                let kind = requirement.kind();
                let of_a_resource = matches!(
                    kind,
                    RequirementKind::Scopes | RequirementKind::OrganizationScopes
                );
                of_a_resource && self.settings().resources.audience_of(requirement) == Ok(indicator)
            })
            .flat_map(Requirement::scope_names)
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}

/// Answers a CORS preflight. Browsers send one because clients of MCP add a header of their own.
fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    for name in [
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
    ] {
        headers.insert(name, HeaderValue::from_static("*"));
    }
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("3600"),
    );
    response
}

fn answer(json: String) -> Response {
    let mut response = Response::new(Body::from(json));
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=3600"),
    );
    response
}
