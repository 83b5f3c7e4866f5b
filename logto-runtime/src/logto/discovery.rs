//! Fetches the discovery document of a tenant (OpenID Connect Discovery 1.0 §4).

use std::sync::Arc;

use serde::Deserialize;
use tokio::task::JoinSet;
use url::Url;

use super::Logto;
use crate::{
    clock::current_runtime,
    jwks::{FetchError, Fetched, Fetcher},
};

impl Logto {
    /// Fetches the issuer from the discovery document of the endpoint in the settings.
    pub(super) async fn discover(&self) -> Result<String, FetchError> {
        self.discover_at(&self.settings().endpoint).await
    }

    /// Fetches the issuer from the discovery document of this endpoint.
    pub(super) async fn discover_at(&self, endpoint: &str) -> Result<String, FetchError> {
        #[derive(Deserialize)]
        struct Discovery {
            issuer: String,
        }
        let url = Url::parse(&format!("{endpoint}/oidc/.well-known/openid-configuration"))
            .map_err(|error| FetchError::Unreachable(error.to_string()))?;
        match get_in_task(&self.settings().fetcher, url).await? {
            Fetched::NotModified => Err(FetchError::NothingToRevalidate),
            Fetched::Document { bytes, .. } => {
                // Serde would also read `Discovery` from an array: `["…"]`.
                if !bytes.trim_ascii_start().starts_with(b"{") {
                    return Err(FetchError::NoDiscoveryDocument);
                }
                serde_json::from_slice(&bytes)
                    .map(|Discovery { issuer }| issuer)
                    .map_err(|_| FetchError::NoDiscoveryDocument)
            }
        }
    }
}

/// Gets a document in a task of its own. The task ends if the returned future is dropped.
///
/// A client that was given to the builder can panic. The panic then ends the task, and not the caller.
async fn get_in_task(fetcher: &Arc<Fetcher>, url: Url) -> Result<Fetched, FetchError> {
    let runtime = current_runtime()?;
    let fetcher = Arc::clone(fetcher);
    // A `JoinSet` aborts its tasks when it is dropped.
    let mut task = JoinSet::new();
    task.spawn_on(async move { fetcher.get(&url, None).await }, &runtime);
    match task.join_next().await {
        Some(Ok(fetched)) => fetched,
        // The task panicked, or the runtime is shutting down.
        Some(Err(_)) | None => Err(FetchError::Lost),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::dns::{Name, Resolve, Resolving};

    use super::*;

    struct Panics;

    impl Resolve for Panics {
        fn resolve(&self, _: Name) -> Resolving {
            panic!("this resolver always panics")
        }
    }

    #[tokio::test]
    async fn a_client_that_panics_for_both_documents_is_an_error_with_a_fix() {
        let client = reqwest::Client::builder().no_proxy();
        let client = client.dns_resolver(Arc::new(Panics)).build().unwrap();
        let logto = Logto::builder("https://tenant.logto.app")
            .resource("https://api.example.com")
            .http_client(client)
            .build()
            .unwrap();
        let discovered = logto.discover().await;
        assert!(
            matches!(discovered, Err(FetchError::Lost)),
            "{discovered:?}"
        );
        let error = logto.warm_up().await.unwrap_err().to_string();
        assert!(error.contains("a panic of the client"), "{error}");
    }
}
