//! Sends the HTTP requests to the tenant. Limits the time of a request and the size of its response.
//!
//! By default, the builder accepts plain `http` only for loopback hosts. The default client for
//! such URLs must not connect to another machine. So this client does not use a proxy, and does not look up
//! `localhost`.
//!
//! After `allow_insecure_http`, the builder accepts plain `http` for any host. The default client for `http`
//! then uses proxies and looks up names, like the client for `https`.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, OnceLock},
};

use http::{HeaderValue, StatusCode, Uri, header};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder};
use url::Url;

use super::{
    error::{FetchError, innermost},
    limits::{CONNECT_TIMEOUT, FETCH_TIMEOUT, MAX_BYTES},
    source::{Fetched, Fetching, KeySource},
};
use crate::clock::current_runtime;

/// A source that fetches the key set of a tenant over HTTP.
#[derive(Debug)]
pub(crate) struct HttpSource {
    fetcher: Arc<Fetcher>,
    url: Url,
}

impl HttpSource {
    pub(crate) fn new(fetcher: Arc<Fetcher>, url: Url) -> Self {
        Self { fetcher, url }
    }
}

impl KeySource for HttpSource {
    fn fetch<'a>(&'a self, etag: Option<&'a HeaderValue>) -> Fetching<'a> {
        Box::pin(self.fetcher.get(&self.url, etag))
    }
}

/// Fetches documents from the tenant.
pub(crate) struct Fetcher {
    clients: Clients,
}

enum Clients {
    /// The client given to the builder.
    Given(Client),
    /// The default clients. Only the client for `https` can't be built without CA certificates. So each
    /// client is built when it is first needed. A failure is not kept, so certificates can be added later.
    Default {
        plain: OnceLock<Box<DefaultClient>>,
        tls: OnceLock<Box<DefaultClient>>,
        allow_insecure_http: bool,
    },
}

/// A client, and the proxies that it uses. `reqwest` does not tell which proxies a client has.
struct DefaultClient {
    client: Client,
    proxies: Option<Matcher>,
}

impl Fetcher {
    /// Returns a fetcher with the default clients.
    pub(crate) fn new(allow_insecure_http: bool) -> Self {
        Self {
            clients: Clients::Default {
                plain: OnceLock::new(),
                tls: OnceLock::new(),
                allow_insecure_http,
            },
        }
    }

    /// Returns a fetcher that uses this client for all URLs.
    pub(crate) fn with_client(client: Client) -> Self {
        Self {
            clients: Clients::Given(client),
        }
    }

    /// Gets a document of at most [`MAX_BYTES`] within [`FETCH_TIMEOUT`]. Does not accept redirects.
    pub(crate) async fn get(
        &self,
        url: &Url,
        etag: Option<&HeaderValue>,
    ) -> Result<Fetched, FetchError> {
        // Outside a runtime, or in one without a timer, the client would panic.
        current_runtime()?;
        let (client, proxy) = match &self.clients {
            Clients::Given(client) => (client, None),
            Clients::Default {
                plain,
                tls,
                allow_insecure_http,
            } => {
                let default = match url.scheme() {
                    "http" => set_up(plain, || DefaultClient::plain(*allow_insecure_http))?,
                    _ => set_up(tls, DefaultClient::tls)?,
                };
                (&default.client, default.proxy_for(url))
            }
        };
        let fetched = get(client, url, etag).await;
        fetched.map_err(|error| match proxy {
            Some(proxy) => FetchError::ThroughProxy {
                error: Box::new(error),
                proxy,
            },
            None => error,
        })
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").finish_non_exhaustive()
    }
}

/// Returns the client in the cell, or builds one.
fn set_up(
    cell: &OnceLock<Box<DefaultClient>>,
    build: impl FnOnce() -> reqwest::Result<DefaultClient>,
) -> Result<&DefaultClient, FetchError> {
    if let Some(client) = cell.get() {
        return Ok(client);
    }
    let client = build().map_err(|error| FetchError::NoClient(innermost(&error)))?;
    Ok(cell.get_or_init(|| Box::new(client)))
}

impl DefaultClient {
    /// Returns the client for `https`. It uses the proxies of the environment. TLS protects the traffic from
    /// a proxy, unless this machine trusts the CA of the proxy.
    fn tls() -> reqwest::Result<Self> {
        Ok(Self {
            client: settings().build()?,
            proxies: Some(Matcher::from_system()),
        })
    }

    /// Returns the client for plain `http`.
    fn plain(allow_insecure_http: bool) -> reqwest::Result<Self> {
        if !allow_insecure_http {
            return Ok(Self {
                client: loopback_only().build()?,
                proxies: None,
            });
        }
        // CA certificates can be missing. The client needs them only for a TLS connection to a proxy.
        let client = settings().build();
        let client = client.or_else(|_| settings().tls_certs_only([]).build())?;
        Ok(Self {
            client,
            proxies: Some(Matcher::from_system()),
        })
    }

    /// Returns the proxy that the client uses for this URL. Omits the credentials of the proxy.
    fn proxy_for(&self, url: &Url) -> Option<String> {
        let uri: Uri = url.as_str().parse().ok()?;
        let proxy = self.proxies.as_ref()?.intercept(&uri)?;
        let (scheme, host) = (proxy.uri().scheme_str()?, proxy.uri().host()?);
        let port = proxy.uri().port_u16();
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        Some(format!("{scheme}://{host}{port}"))
    }
}

/// The settings of all default clients.
///
/// The clients do not keep idle connections. Fetches are rare, and a connection would be bound to
/// the runtime of the request that started the fetch.
fn settings() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .user_agent(concat!("logto-runtime/", env!("CARGO_PKG_VERSION")))
}

/// The settings of the client for loopback hosts. This client trusts no CA, so it can be built without CA
/// certificates.
fn loopback_only() -> ClientBuilder {
    // Port 0 stands for the port of the URL.
    let loopback = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
    ];
    settings()
        .no_proxy()
        .resolve_to_addrs("localhost", &loopback)
        .tls_certs_only([])
}

async fn get(
    client: &Client,
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
        .map_err(|error| FetchError::of_client(error, FetchError::Unreachable))?;
    // A client given to the builder can follow redirects. The response then has another URL.
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
        .map_err(|error| FetchError::of_client(error, FetchError::BrokenOff))?
    {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(FetchError::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Fetched::Document { bytes, etag })
}

#[cfg(test)]
mod tests {
    use std::future::Future;

    use super::*;

    /// The resolver of the machine can return an address of another machine for `localhost`.
    #[test]
    fn localhost_is_not_looked_up_for_plain_http() {
        let settings = format!("{:?}", loopback_only());
        assert!(
            settings.contains(r#""localhost": [127.0.0.1:0, [::1]:0]"#),
            "{settings}"
        );
    }

    #[test]
    fn in_a_runtime_without_a_timer_a_fetch_fails_instead_of_panicking() {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        let url = Url::parse("http://127.0.0.1:1").unwrap();
        for fetcher in [Fetcher::new(false), Fetcher::with_client(Client::new())] {
            let error = runtime.block_on(fetcher.get(&url, None)).unwrap_err();
            assert!(matches!(error, FetchError::NoTimer), "{error}");
            assert!(error.fix().is_some_and(|fix| fix.contains("enable_time")));
        }
    }

    #[test]
    fn outside_a_runtime_a_fetch_fails_instead_of_panicking() {
        let url = Url::parse("http://127.0.0.1:1").unwrap();
        let waker = std::task::Waker::noop();
        for fetcher in [Fetcher::new(false), Fetcher::with_client(Client::new())] {
            let mut fetching = std::pin::pin!(fetcher.get(&url, None));
            let fetched = fetching
                .as_mut()
                .poll(&mut std::task::Context::from_waker(waker));
            let std::task::Poll::Ready(Err(error)) = fetched else {
                panic!("{fetched:?}");
            };
            assert!(matches!(error, FetchError::NoRuntime), "{error}");
            assert!(error.fix().is_some_and(|fix| fix.contains("tokio::main")));
        }
    }
}
