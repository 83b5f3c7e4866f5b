//! Checks the endpoint of a tenant, because credentials are sent to it.

use url::{Host, Url};

/// The indicator of the Management API of a tenant that is not on Logto Cloud.
pub(crate) const SELF_HOSTED: &str = "https://default.logto.app/api";
/// The end of the hosts of tenants on Logto Cloud.
pub(crate) const CLOUD: &str = ".logto.app";

/// Checks that credentials may be sent to the endpoint. Returns the endpoint as text without a slash at its
/// end, and as a URL. The error says what is wrong with the endpoint.
pub(crate) fn checked(endpoint: &str) -> Result<(String, Url), &'static str> {
    let url = url_of(endpoint)?;
    // `endpoint` can have spaces around the URL, and tabs inside the URL. The parsed URL has neither.
    Ok((url.as_str().trim_end_matches('/').to_owned(), url))
}

/// Returns the resource indicator of the Management API, derived from the endpoint. A custom domain on Logto
/// Cloud does not show the tenant, so the result is wrong for such a domain.
pub(crate) fn default_resource(endpoint: &Url) -> String {
    match endpoint.host_str() {
        Some(host) if host.ends_with(CLOUD) => format!("https://{host}/api"),
        _ => SELF_HOSTED.to_owned(),
    }
}

/// Returns the part of an endpoint that errors and `Debug` output may show. Redacts the query, the fragment,
/// and everything before the last `@`.
///
/// Redacts everything if an `@` follows a `?` or `#`: the `@` may end a password, or be in the query. Also
/// redacts everything if the rest does not contain `.`, `:` or `/`, because somebody may have set the secret
/// as the endpoint by mistake.
pub(crate) fn shown(endpoint: &str) -> String {
    let (before, query) = match endpoint.split_once(['?', '#']) {
        Some((_, after)) if after.contains('@') => return "…".to_owned(),
        Some((before, _)) => (before, "…"),
        None => (endpoint, ""),
    };
    let (credentials, rest) = match before.rsplit_once('@') {
        Some((_, rest)) => ("…@", rest),
        None => ("", before),
    };
    if rest.contains(['.', ':', '/']) {
        format!("{credentials}{rest}{query}")
    } else {
        "…".to_owned()
    }
}

fn url_of(endpoint: &str) -> Result<Url, &'static str> {
    let url = Url::parse(endpoint.trim_end_matches('/')).map_err(|_| "is not a URL")?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err("does not name a host"),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return Err("would send the secret unencrypted"),
        _ => return Err("is not an `https` URL"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains credentials");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has a query or a fragment");
    }
    let path = url.path().trim_end_matches('/');
    if path.ends_with("/oidc") || path.ends_with("/api") {
        return Err("ends with a path of Logto's own");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parts_of_an_endpoint_that_are_not_secret_are_shown() {
        for (endpoint, expected) in [
            ("https://t.logto.app", "https://t.logto.app"),
            ("https://u:p@t.logto.app/x", "…@t.logto.app/x"),
            ("https://u:p@q@t.logto.app", "…@t.logto.app"),
            ("https://t.logto.app?token=s3cret", "https://t.logto.app…"),
            ("https://u:p@t.logto.app#s3cret", "…@t.logto.app…"),
            ("https://t.logto.app?mail=x@y.example&token=s3cret", "…"),
            ("https://u:p?s3cret@t.logto.app", "…"),
            ("https://u:p#s3cret@t.logto.app", "…"),
            ("s3cret", "…"),
            ("s3cret@s3cret", "…"),
            ("s3cret?a", "…"),
        ] {
            assert_eq!(shown(endpoint), expected, "{endpoint}");
        }
    }
}
