//! The URL of a protected resource's metadata (RFC 9728 §3.1).

use url::Url;

/// The well-known path of the metadata (RFC 9728 §3).
pub(crate) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Returns the URL of a resource's metadata (RFC 9728 §3.1), for a challenge.
pub(crate) fn url_of(indicator: &str) -> Option<String> {
    let url = Url::parse(indicator).ok()?;
    let path = location(indicator)?;
    Some(format!("{}{path}", url.origin().ascii_serialization()))
}

/// Returns the path of a resource's metadata.
///
/// `None` if the indicator is not an `http` or `https` URL, has a query, or has a path that a
/// router or a quoted string would not take literally.
pub(crate) fn location(indicator: &str) -> Option<String> {
    let url = Url::parse(indicator).ok()?;
    let path = url.path().trim_end_matches('/');
    let literal = !path.contains(['{', '}', '*', ':', '"', '\\']);
    let hierarchical = matches!(url.scheme(), "http" | "https") && url.query().is_none();
    (hierarchical && literal).then(|| format!("{WELL_KNOWN}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
                "https://api.example.com:8443/v1/products",
                Some(
                    "https://api.example.com:8443/.well-known/oauth-protected-resource/v1/products",
                ),
            ),
            ("urn:example:api", None),
            ("https://api.example.com/?tenant=1", None),
            (
                "https://api.example.com/{id}",
                Some("https://api.example.com/.well-known/oauth-protected-resource/%7Bid%7D"),
            ),
        ] {
            assert_eq!(url_of(indicator).as_deref(), expected, "{indicator}");
        }
    }
}
