//! Checks the URLs of settings, and derives the issuer and the URL of the key set from the endpoint.
//!
//! The URL of a loopback host may use plain `http`. Any other URL must use `https`, except if the caller
//! allows `http`.

use url::{Host, Url};

/// Parses the URL of a setting: the endpoint, the URL of the key set, or an issuer.
///
/// The error is the end of a sentence that begins with the setting. Example: "is not an absolute URL".
pub(crate) fn callable_url(text: &str, allow_insecure_http: bool) -> Result<Url, &'static str> {
    if text.trim().is_empty() {
        return Err("is empty");
    }
    // The URL parser accepts white space and control characters and drops or encodes them. But
    // issuers are compared as text, so no token would match an issuer that contains them.
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("contains white space or a control character");
    }
    let url = Url::parse(text).map_err(|_| "is not an absolute URL")?;
    match url.scheme() {
        "https" => {}
        "http" if allow_insecure_http || is_loopback(&url) => {}
        "http" => {
            return Err(
                "is plain http; over plain http, an attacker on the network can replace responses \
                 such as the key set (call `.allow_insecure_http()` only inside a trusted network)",
            );
        }
        _ => return Err("is not an http(s) URL"),
    }
    let after_scheme = text.get(url.scheme().len()..).unwrap_or_default();
    if !after_scheme.starts_with("://") || after_scheme.starts_with(":///") {
        return Err("is not an absolute URL");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains credentials");
    }
    if url.fragment().is_some() {
        return Err("has a fragment");
    }
    Ok(url)
}

/// Returns the issuer of the tenant at an endpoint.
pub(crate) fn issuer_at(endpoint: &str) -> String {
    format!("{endpoint}/oidc")
}

/// Returns the URL of the key set of the tenant at an endpoint.
pub(crate) fn jwks_uri_at(endpoint: &str) -> String {
    format!("{endpoint}/oidc/jwks")
}

/// Returns whether the host of a URL is a loopback address or `localhost`.
///
/// Compares the whole parsed host, so that `http://localhost.evil.example` does not pass.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Returns a URL without credentials, for error messages and `Debug`.
///
/// Redacts everything before the last `@`, except the scheme. This also hides the credentials of a malformed
/// URL.
pub(crate) fn without_credentials(text: &str) -> String {
    let Some((before, after)) = text.rsplit_once('@') else {
        return text.to_owned();
    };
    format!("{}redacted@{after}", scheme_of(before))
}

/// Returns a URL without credentials, and without its query, which can contain the API key of a proxy.
///
/// An `@` after the `?` may end a password, or be in the query. The rest is then redacted, except the scheme.
pub(crate) fn without_query(text: &str) -> String {
    let Some((before, after)) = text.split_once('?') else {
        return without_credentials(text);
    };
    if after.contains('@') {
        return format!("{}redacted", scheme_of(before));
    }
    let fragment = after.find('#').map_or("", |at| &after[at..]);
    format!("{}?redacted{fragment}", without_credentials(before))
}

/// Returns the scheme at the start of a text, with `://`.
fn scheme_of(text: &str) -> &str {
    let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.find("://")
        .filter(|end| text[..*end].chars().all(is_scheme_char))
        .map_or("", |end| &text[..end + 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_credentials_nor_a_query_are_shown() {
        for (text, expected) in [
            ("https://l.example/jwks", "https://l.example/jwks"),
            (
                "https://l.example/jwks?key=s3cret",
                "https://l.example/jwks?redacted",
            ),
            (
                "http://l.example?key=s3cret#x",
                "http://l.example?redacted#x",
            ),
            (
                "http://u:s3cret@l.example?a",
                "http://redacted@l.example?redacted",
            ),
            ("http://u:s3?cret@l.example", "http://redacted"),
            (
                "http://l.example?mail=a@b.example&key=s3cret",
                "http://redacted",
            ),
            ("l.example?key=s3cret", "l.example?redacted"),
        ] {
            assert_eq!(without_query(text), expected, "{text}");
        }
    }
}
