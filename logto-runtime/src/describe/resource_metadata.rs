//! Serves protected resource metadata (RFC 9728). The metadata tells clients, such as MCP clients, which
//! authorization server issues tokens for an API.

use std::{collections::BTreeMap, future::ready, sync::Arc};

use axum::{Router, body::Body, response::Response, routing::get};
use http::{HeaderValue, Request, StatusCode, header, request::Parts, uri::Authority};
use serde::Serialize;

use super::inventory::guards;
use crate::{
    answer::metadata_url::{self, MetadataUrl},
    decide::resource_of,
    logto::Logto,
    policy::requirement::{Requirement, RequirementKind},
    telemetry,
};

/// The metadata document of a resource (RFC 9728 §2).
#[derive(Serialize)]
struct Metadata<'a> {
    resource: &'a str,
    authorization_servers: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<&'static str>,
    bearer_methods_supported: &'static [&'static str],
}

/// The documents at one path, one for each host and port.
type Documents = Vec<(MetadataUrl, String)>;

impl Logto {
    /// Returns a router that serves the metadata of the resources of this service (RFC 9728 §3). A resource
    /// without a metadata URL is left out, for example a URN, or a URL with a query.
    ///
    /// Merge the returned router into your own, outside every guard. With
    /// [`announce_resource_metadata`](crate::LogtoBuilder::announce_resource_metadata), challenges
    /// contain the URLs of the documents (§5.1).
    ///
    /// The document of `https://api.example.com/products` is at
    /// `https://api.example.com/.well-known/oauth-protected-resource/products`. If this is the default
    /// resource, its document is also at the URL without `/products`, unless another resource has that URL.
    /// A `GET` must name the host and port of the URL, in `Host` or `:authority`. Otherwise it gets 404.
    ///
    /// With several tenants ([`any_of`](Self::any_of)), a document lists the issuers of the tenants that have
    /// the resource. `scopes_supported` lists the scopes that the program's attributes require in tokens for
    /// the resource, including those of guards whose `logto = …` returns another `Logto` of the program. A
    /// guard with another `resource = …` is left out. Pages of every origin may read the documents, because
    /// clients in browsers need them.
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
        let tenants = self.tenants().iter();
        let resources =
            metadata_url::of_tenants(tenants.map(|logto| logto.settings().resources.indicators()));
        let located: Vec<_> = resources
            .iter()
            .filter_map(|(indicator, url)| Some((indicator, url.clone()?)))
            .collect();
        // The default resource also gets the URL without a path, for clients that know only the host. If that
        // URL belongs to a resource, nothing is added.
        let default = located
            .first()
            .filter(|(indicator, _)| {
                resources
                    .first()
                    .is_some_and(|(first, _)| first == *indicator)
            })
            .map(|(indicator, url)| (*indicator, url.without_path()))
            .filter(|(_, root)| !located.iter().any(|(_, url)| url == root));
        let mut paths: BTreeMap<String, Documents> = BTreeMap::new();
        for (indicator, url) in located.into_iter().chain(default) {
            let document = self.metadata_of(indicator);
            let path = url.path().to_owned();
            paths.entry(path).or_default().push((url, document));
        }
        paths
            .into_iter()
            .fold(Router::new(), |router, (path, documents)| {
                let documents: Arc<Documents> = Arc::new(documents);
                let document = move |request: Request<Body>| {
                    ready(answer(&documents, &request.into_parts().0))
                };
                router.route(&path, get(document).options(|| ready(preflight())))
            })
    }

    /// Returns the metadata document of a resource.
    fn metadata_of(&self, indicator: &str) -> String {
        let metadata = Metadata {
            resource: indicator,
            authorization_servers: self.issuers_for(indicator),
            scopes_supported: self.scopes_asked_for(indicator),
            bearer_methods_supported: if self.settings().token_sources.has_authorization() {
                &["header"]
            } else {
                &[]
            },
        };
        serde_json::to_string(&metadata).unwrap_or_default()
    }

    /// Returns the issuers of the tenants that have this resource.
    fn issuers_for(&self, indicator: &str) -> Vec<&str> {
        let tenants = self.tenants().iter();
        let with_resource = tenants.filter(|logto| logto.settings().resources.contains(indicator));
        with_resource.flat_map(Self::issuers).collect()
    }

    /// Returns the scopes that guards ask for in tokens of a resource, sorted.
    fn scopes_asked_for(&self, indicator: &str) -> Vec<&'static str> {
        let mut scopes: Vec<_> = guards()
            .filter_map(|guard| guard.requirement)
            .flat_map(each_alternative)
            .filter(|requirement| {
                let kind = requirement.kind();
                let of_a_resource = matches!(
                    kind,
                    RequirementKind::Scopes | RequirementKind::OrganizationScopes
                );
                of_a_resource
                    && self.tenants().iter().any(|logto| {
                        let resources = &logto.settings().resources;
                        resource_of(requirement, resources) == Ok(indicator)
                    })
            })
            .flat_map(Requirement::scope_names)
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}

/// Returns the requirement. For `#[require_any]`, returns its alternatives, at any depth: some of them can be
/// policies without an attribute of their own.
fn each_alternative(requirement: &'static Requirement) -> Vec<&'static Requirement> {
    if requirement.kind() != RequirementKind::Alternatives {
        return vec![requirement];
    }
    let alternatives = requirement.alternatives().iter();
    alternatives.flat_map(each_alternative).collect()
}

/// Answers a CORS preflight. Browsers send a preflight because MCP clients add a header of their own.
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

/// Answers with the document of the host that the request names. A request for a host without a document gets
/// 404.
fn answer(documents: &Documents, request: &Parts) -> Response {
    let authority = authority_of(request);
    let document = authority.as_ref().and_then(|authority| {
        let mut documents = documents.iter();
        documents.find(|(url, _)| url.is_on(authority))
    });
    let mut response = match document {
        Some((_, json)) => Response::new(Body::from(json.clone())),
        None => Response::new(Body::empty()),
    };
    let cached = match document {
        Some(_) => "max-age=3600",
        None => {
            let host = authority.as_ref().map_or("", Authority::as_str);
            telemetry::metadata_not_found(host, request.uri.path());
            *response.status_mut() = StatusCode::NOT_FOUND;
            "no-store"
        }
    };
    let headers = response.headers_mut();
    if document.is_some() {
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
    }
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    response
}

/// Returns the authority that a request names in its target (as in HTTP/2) or in `Host` (RFC 9110 §7.2).
///
/// Returns `None` in three cases: the request does not name an authority, one authority is not valid, or two
/// authorities differ.
fn authority_of(request: &Parts) -> Option<Authority> {
    let named = request
        .headers
        .get_all(header::HOST)
        .iter()
        .map(|host| Authority::try_from(host.as_bytes()).ok());
    let mut all = request
        .uri
        .authority()
        .cloned()
        .map(Some)
        .into_iter()
        .chain(named);
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}
