//! The settings [`TokenSource`] and [`Origins`], and their checks.

use url::Url;

use crate::config::{is_loopback, without_credentials};

/// A place in the request from which guards read the access token. Pass it to
/// [`LogtoBuilder::token_source`](crate::LogtoBuilder::token_source).
///
/// The query is not offered, because URLs end up in logs and histories (RFC 6750 §2.3). Forms are not offered
/// either (RFC 6750 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenSource {
    /// `Authorization: Bearer <token>` (RFC 6750 §2.1). The default.
    Authorization,
    /// A cookie whose value is the token.
    ///
    /// Browsers send cookies with requests that other sites cause (CSRF). So a token in a cookie is accepted
    /// only with the requests that [`Origins`] describes. Otherwise the response is 403
    /// `Cross-site request not accepted`.
    Cookie {
        /// The name, which is case-sensitive. Prefer a name that begins with `__Host-`. Browsers accept such
        /// a cookie only with `Secure`, with `Path=/` and without `Domain`. So another host of the same
        /// domain can't set it.
        name: String,
        /// The origins whose requests are accepted.
        origins: Origins,
    },
    /// The subprotocols of a WebSocket handshake: `Sec-WebSocket-Protocol: bearer, <token>`.
    ///
    /// Scripts in browsers can't set other headers of a handshake, but they can offer protocols, with
    /// `new WebSocket(url, ["bearer", token])`. Other protocols may be offered before and after these two.
    ///
    /// The handler must choose one of the offered protocols. Otherwise browsers close the connection. With
    /// axum, write `ws.protocols(["bearer"])`. The handler must never choose the token, because the chosen
    /// protocol ends up in logs.
    WebSocketProtocol,
}

/// The origins from which a request with a token in a cookie is accepted.
///
/// - A request that can change something must come from one of these origins. Each WebSocket handshake is
///   such a request. So is each request with a method other than `GET`, `HEAD` and `OPTIONS`.
/// - A request that only reads is also accepted from these origins. If the request has no `Origin` header, it
///   is accepted in three more cases: a page of this API sent it, the user typed its address, or it opens a
///   page in a tab (for example by a link).
/// - A request that does not show where it comes from is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origins {
    /// The origin of this API itself. Browsers mark requests from this origin with
    /// `Sec-Fetch-Site: same-origin` (Fetch Metadata).
    ///
    /// All major browsers have sent this header since 2023, but only to `https` URLs and to the loopback
    /// interface. Another port or sub-domain is another origin.
    SameOrigin,
    /// These origins, such as `https://app.example.com`. They are compared with the `Origin` header. If this
    /// API serves pages that call the API, list its own origin, too.
    ///
    /// Write an origin as browsers send it: in lower case, without a default port, a path or a slash at the
    /// end. `null` can't be listed, because a sandboxed page of any site has this origin.
    Listed(Vec<String>),
}

impl Origins {
    /// Returns [`Origins::Listed`] with these origins.
    pub fn listed(origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Listed(origins.into_iter().map(Into::into).collect())
    }
}

/// Checks the sources. The error is the rejected source or value, and a text with the problem and the
/// fix.
pub(super) fn check(
    sources: &[TokenSource],
    allow_insecure_http: bool,
) -> Result<(), (String, &'static str)> {
    for (position, source) in sources.iter().enumerate() {
        let before = sources.get(..position).unwrap_or_default();
        if before.iter().any(|other| source.reads_the_same_as(other)) {
            return Err((source.shown(), "is given twice; leave one of them out"));
        }
        let TokenSource::Cookie { name, origins } = source else {
            continue;
        };
        if name.is_empty() || !name.bytes().all(is_token_character) {
            let problem = "can't be the name of a cookie (RFC 6265 §4.1.1); write one like \
                           `__Host-access-token`";
            return Err((format!("{name:?}"), problem));
        }
        let Origins::Listed(listed) = origins else {
            continue;
        };
        if listed.is_empty() {
            let problem = "has no origins, and any site could make a browser send the cookie; list \
                           the origins of your pages, or write `Origins::SameOrigin`";
            return Err((source.shown(), problem));
        }
        for origin in listed {
            if let Some(problem) = origin_problem(origin, allow_insecure_http) {
                return Err((format!("{:?}", without_credentials(origin)), problem));
            }
        }
    }
    Ok(())
}

impl TokenSource {
    fn reads_the_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Cookie { name, .. }, Self::Cookie { name: other, .. }) => name == other,
            (one, other) => one == other,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Authorization => "Authorization".to_owned(),
            Self::Cookie { name, .. } => format!("Cookie {name:?}"),
            Self::WebSocketProtocol => "WebSocketProtocol".to_owned(),
        }
    }
}

fn origin_problem(origin: &str, allow_insecure_http: bool) -> Option<&'static str> {
    let url = Url::parse(origin).ok();
    let serialized = url.as_ref().map(|url| url.origin().ascii_serialization());
    // `Url` accepts `*` in a host. Origins are compared as a whole, so a wildcard would match no request.
    let is_serialized = serialized.as_deref() == Some(origin) && !origin.contains('*');
    let Some(url) = url.filter(|_| is_serialized) else {
        return Some(
            "is not an origin as browsers send it; write scheme, host and port, in lower case, \
             without a default port and without a slash at the end, like `https://app.example.com`",
        );
    };
    match url.scheme() {
        "https" => None,
        "http" if allow_insecure_http || is_loopback(&url) => None,
        _ => Some(
            "is not https, so an attacker on the network can send requests from it; write the https \
             origin",
        ),
    }
}

/// Whether the name of a cookie may contain this character (`token` of RFC 9110 §5.6.2).
fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
