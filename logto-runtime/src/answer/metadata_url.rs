//! The URLs of the metadata of protected resources (RFC 9728 §3.1).
//!
//! A metadata document belongs to the origin and the path of its resource. A slash at the end makes a
//! different path, unless the slash is the whole path. So `https://a.example/mcp`,
//! `https://a.example/mcp/` and `https://b.example/mcp` have three documents.
//!
//! A resource has a metadata URL only if a request for this URL finds the document of the resource.

use std::fmt;

use http::uri::Authority;
use url::{Origin, Url};

/// The well-known path of the metadata (RFC 9728 §3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The URL of a resource's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MetadataUrl {
    origin: Origin,
    path: String,
}

/// Returns the metadata URL of each resource, or `None` for a resource without a metadata URL.
///
/// If the metadata URLs of two resources would be equal, the second resource has no metadata URL. The same
/// holds if the URLs differ only in the scheme, because a request does not name its scheme.
pub(crate) fn of_resources(indicators: &[String]) -> Vec<Option<MetadataUrl>> {
    let mut urls: Vec<Option<MetadataUrl>> = Vec::new();
    for indicator in indicators {
        let url = MetadataUrl::of(indicator);
        let is_free = |url: &MetadataUrl| !urls.iter().flatten().any(|taken| taken.shadows(url));
        let url = url.filter(is_free);
        urls.push(url);
    }
    urls
}

/// Returns the resources of several tenants, each once, with their metadata URLs.
pub(crate) fn of_tenants<'r>(
    resources: impl Iterator<Item = &'r [String]>,
) -> Vec<(String, Option<MetadataUrl>)> {
    let mut indicators: Vec<String> = Vec::new();
    for indicator in resources.flatten() {
        if !indicators.contains(indicator) {
            indicators.push(indicator.clone());
        }
    }
    let urls = of_resources(&indicators);
    indicators.into_iter().zip(urls).collect()
}

impl MetadataUrl {
    /// Returns the indicator with the well-known path between host and path. A slash that is the whole path
    /// is left out (RFC 9728 §3.1).
    ///
    /// Returns `None` if the indicator is not an `http` or `https` URL, or has a query. Also returns `None`
    /// if the encoded path has a character with a special meaning in a route of axum or in a quoted string.
    fn of(indicator: &str) -> Option<Self> {
        let url = Url::parse(indicator).ok()?;
        let literal = !url.path().contains(['{', '}', '*', ':', '"', '\\']);
        if !literal || !matches!(url.scheme(), "http" | "https") || url.query().is_some() {
            return None;
        }
        let path = match url.path() {
            "/" => "",
            path => path,
        };
        Some(Self {
            origin: url.origin(),
            path: format!("{WELL_KNOWN}{path}"),
        })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Returns the metadata URL of the whole origin: this URL without the path of the resource.
    pub(crate) fn without_path(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            path: WELL_KNOWN.to_owned(),
        }
    }

    /// Returns whether a request with this authority is for the host and the port of this URL.
    ///
    /// A request does not name its scheme, so an authority without a port has the default port of this URL's
    /// scheme. An authority with an `@` never matches: a valid request does not contain user information
    /// (RFC 9110 §4.2.4), but an attacker can send it.
    pub(crate) fn is_on(&self, authority: &Authority) -> bool {
        let Origin::Tuple(scheme, ..) = &self.origin else {
            return false;
        };
        let named = Url::parse(&format!("{scheme}://{authority}"));
        !authority.as_str().contains('@') && named.is_ok_and(|named| named.origin() == self.origin)
    }

    /// Returns whether a request for the other URL would find the document of this URL.
    fn shadows(&self, other: &Self) -> bool {
        let origin = other.origin.ascii_serialization();
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        let authority = authority.and_then(|authority| authority.parse().ok());
        self.path == other.path && authority.is_some_and(|authority| self.is_on(&authority))
    }
}

impl fmt::Display for MetadataUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin.ascii_serialization(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url_of(indicator: &str) -> Option<String> {
        MetadataUrl::of(indicator).map(|url| url.to_string())
    }

    #[test]
    fn the_well_known_path_is_inserted_between_host_and_path() {
        for (indicator, expected) in [
            (
                "https://api.example.com",
                Some("https://api.example.com/.well-known/oauth-protected-resource"),
            ),
            (
                "https://api.example.com/",
                Some("https://api.example.com/.well-known/oauth-protected-resource"),
            ),
            (
                "https://api.example.com/mcp/",
                Some("https://api.example.com/.well-known/oauth-protected-resource/mcp/"),
            ),
            (
                "https://api.example.com:8443/v1/products",
                Some(
                    "https://api.example.com:8443/.well-known/oauth-protected-resource/v1/products",
                ),
            ),
            ("urn:example:api", None),
            ("api://products", None),
            ("ftp://api.example.com/products", None),
            ("https://api.example.com/v1:batch", None),
            ("https://api.example.com/*", None),
            ("https://api.example.com/?tenant=1", None),
            (
                "https://api.example.com/{id}",
                Some("https://api.example.com/.well-known/oauth-protected-resource/%7Bid%7D"),
            ),
        ] {
            assert_eq!(url_of(indicator).as_deref(), expected, "{indicator}");
        }
    }

    #[test]
    fn an_authority_matches_a_url_with_the_same_host_and_port() {
        for (indicator, authority, expected) in [
            ("https://api.example.com", "api.example.com", true),
            ("https://api.example.com", "API.example.com", true),
            ("https://api.example.com", "api.example.com:443", true),
            ("https://api.example.com", "api.example.com:80", false),
            ("https://api.example.com", "api.example.com:8443", false),
            ("http://api.example.com", "api.example.com", true),
            ("https://api.example.com:8443", "api.example.com:8443", true),
            ("https://api.example.com:8443", "api.example.com", false),
            ("https://[::1]:3000", "[::1]:3000", true),
            ("https://api.example.com", "org.example.com", false),
            (
                "https://api.example.com",
                "api.example.com.evil.example",
                false,
            ),
            ("https://api.example.com", "evil@api.example.com", false),
            (
                "https://api.example.com",
                "api.example.com@evil.example",
                false,
            ),
        ] {
            let url = MetadataUrl::of(indicator).unwrap();
            let authority: Authority = authority.parse().unwrap();
            assert_eq!(url.is_on(&authority), expected, "{indicator} {authority}");
        }
    }

    #[test]
    fn the_second_of_two_urls_that_differ_at_most_in_the_scheme_is_dropped() {
        for (first, second, both) in [
            ("https://a.example/mcp", "https://a.example/mcp/", true),
            ("https://a.example/mcp", "https://b.example/mcp", true),
            ("https://a.example", "https://a.example:8443", true),
            ("https://a.example", "https://a.example/", false),
            ("https://a.example", "https://A.example", false),
            ("https://a.example", "https://a.example:443", false),
            // A request does not name its scheme.
            ("https://a.example", "http://a.example", false),
        ] {
            let urls = of_resources(&[first.to_owned(), second.to_owned()]);
            let has = [urls[0].is_some(), urls[1].is_some()];
            assert_eq!(has, [true, both], "{first} {second}");
        }
    }
}
