//! The source of the key set: an HTTP request with limits on time and size.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::key_set::KeySetError;

/// The maximum length of a key set, after decompression.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
/// How long connecting may take.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole fetch may take.
pub(crate) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// A source of key sets.
pub(crate) trait KeySource: fmt::Debug + Send + Sync {
    /// Fetches the key set once. `etag` is the entity tag of the current key set.
    fn fetch<'a>(&'a self, etag: Option<&'a HeaderValue>) -> Fetching<'a>;
}

pub(crate) type Fetching<'a> =
    Pin<Box<dyn Future<Output = Result<Fetched, FetchError>> + Send + 'a>>;

/// A successful response.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The key set has not changed since the response with this entity tag.
    NotModified,
    /// A document, which may or may not be a key set.
    Document {
        bytes: Vec<u8>,
        etag: Option<HeaderValue>,
    },
}

/// Why a fetch failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// The connection or the request failed.
    #[error("can't reach it: {0}")]
    Unreachable(String),
    /// The fetch took longer than [`FETCH_TIMEOUT`].
    #[error("it did not answer within {} s", FETCH_TIMEOUT.as_secs())]
    TimedOut,
    /// The status is neither 200 nor 304.
    #[error("it answers {0}")]
    Status(StatusCode),
    /// The response is a redirect, or the client followed one.
    #[error("it redirects, and redirects are not followed")]
    Redirected,
    /// The response is 304, but the request had no entity tag to compare.
    #[error("it answers 304 to a request without If-None-Match")]
    NothingToRevalidate,
    /// The body is longer than [`MAX_BYTES`].
    #[error("its answer is longer than {} KiB", MAX_BYTES / 1024)]
    TooLong,
    /// The connection broke before the end of the body.
    #[error("its answer broke off: {0}")]
    BrokenOff(String),
    /// The body is not a usable key set.
    #[error("its answer is not a usable key set: {0}")]
    KeySet(#[from] KeySetError),
    /// The body is not a discovery document.
    #[error("its answer is not a discovery document")]
    NoDiscoveryDocument,
    /// The caller is not in a tokio runtime, which the task of a fetch needs.
    #[error("it can't be fetched outside a tokio runtime")]
    NoRuntime,
}

/// The key set of a tenant, over HTTP.
#[derive(Clone, Debug)]
pub(crate) struct HttpSource {
    client: reqwest::Client,
    url: Url,
}

impl HttpSource {
    pub(crate) fn new(client: reqwest::Client, url: Url) -> Self {
        Self { client, url }
    }

    /// Returns the client that is used unless the builder was given one.
    ///
    /// It does not keep idle connections. Fetches are rare, and a connection would be bound to the
    /// runtime of the request that started the fetch.
    pub(crate) fn default_client() -> Result<reqwest::Client, reqwest::Error> {
        reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .user_agent(concat!("logto-runtime/", env!("CARGO_PKG_VERSION")))
            .build()
    }
}

impl KeySource for HttpSource {
    fn fetch<'a>(&'a self, etag: Option<&'a HeaderValue>) -> Fetching<'a> {
        Box::pin(get(&self.client, &self.url, etag))
    }
}

/// Gets a document of at most [`MAX_BYTES`] within [`FETCH_TIMEOUT`]. Does not accept redirects.
pub(crate) async fn get(
    client: &reqwest::Client,
    url: &Url,
    etag: Option<&HeaderValue>,
) -> Result<Fetched, FetchError> {
    let mut request = client
        .get(url.clone())
        .timeout(FETCH_TIMEOUT)
        .header(header::ACCEPT, "application/json, application/jwk-set+json");
    if let Some(etag) = etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    let mut response = request
        .send()
        .await
        .map_err(|error| failure(error, FetchError::Unreachable))?;
    // A client given to the builder may follow redirects. The response then has another URL.
    if response.url() != url {
        return Err(FetchError::Redirected);
    }
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED if etag.is_some() => return Ok(Fetched::NotModified),
        StatusCode::NOT_MODIFIED => return Err(FetchError::NothingToRevalidate),
        status if status.is_redirection() => return Err(FetchError::Redirected),
        status => return Err(FetchError::Status(status)),
    }
    let etag = response.headers().get(header::ETAG).cloned();
    let mut bytes = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| failure(error, FetchError::BrokenOff))?
    {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(FetchError::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Fetched::Document { bytes, etag })
}

/// Converts an error of the HTTP client.
///
/// Keeps only the innermost cause, such as "connection refused". The caller adds the URL.
fn failure(error: reqwest::Error, otherwise: fn(String) -> FetchError) -> FetchError {
    if error.is_timeout() && !error.is_connect() {
        return FetchError::TimedOut;
    }
    if error.is_redirect() {
        return FetchError::Redirected;
    }
    let error = error.without_url();
    let mut innermost: &dyn std::error::Error = &error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    otherwise(innermost.to_string())
}
