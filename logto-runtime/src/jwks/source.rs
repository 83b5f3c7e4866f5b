//! Where the key set comes from: one bounded HTTP request.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::key_set::KeySetError;

/// The longest key set that is read, after decompression.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
/// How long connecting may take.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole fetch may take.
pub(crate) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// A place that key sets are read from.
pub(crate) trait KeySource: fmt::Debug + Send + Sync {
    /// Fetches once. `etag` is the one of the set at hand.
    fn fetch<'a>(&'a self, etag: Option<&'a HeaderValue>) -> Fetching<'a>;
}

pub(crate) type Fetching<'a> =
    Pin<Box<dyn Future<Output = Result<Fetched, FetchError>> + Send + 'a>>;

/// A good answer.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The set at hand is still the current one.
    NotModified,
    Document {
        bytes: Vec<u8>,
        etag: Option<HeaderValue>,
    },
}

/// Why a fetch failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("can't reach it: {0}")]
    Unreachable(String),
    #[error("it did not answer within {} s", FETCH_TIMEOUT.as_secs())]
    TimedOut,
    #[error("it answers {0}")]
    Status(StatusCode),
    #[error("it redirects, and redirects are not followed")]
    Redirected,
    #[error("it answers 304 to a request without If-None-Match")]
    NothingToRevalidate,
    #[error("its answer is longer than {} KiB", MAX_BYTES / 1024)]
    TooLong,
    #[error("its answer broke off: {0}")]
    BrokenOff(String),
    #[error("its answer is no usable key set: {0}")]
    KeySet(#[from] KeySetError),
    #[error("its answer is no discovery document")]
    NoDiscoveryDocument,
    #[error("there is no tokio runtime to fetch in")]
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

    /// The client used unless the user brings one. Idle connections are not kept: a fetch is rare,
    /// and the connection would be bound to the runtime of whichever request caused it.
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

/// Gets a document of at most [`MAX_BYTES`] within [`FETCH_TIMEOUT`], from this URL and no other.
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
    // A client brought by the user may follow redirects; the answer then has another URL.
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

/// The innermost cause says it best ("connection refused"); the URL is said elsewhere.
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
