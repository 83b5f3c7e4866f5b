//! Checks whether a string is a resource indicator (RFC 8707 §2). The attribute macros have the same rule.

use url::Url;

/// Returns what is wrong with an indicator, or `None` if the indicator is valid. A valid indicator is an
/// absolute URI without a fragment (RFC 8707 §2). Three kinds of such URIs are not valid here:
///
/// - A URI that begins with `urn:logto:`. Logto reserves these URIs for organizations.
/// - A host with a port, such as `localhost:3000`. It is probably a URL without its scheme.
/// - An `http` or `https` URL without a host. It is probably incomplete.
pub(super) fn resource_problem(indicator: &str) -> Option<&'static str> {
    if indicator.is_empty() {
        return Some("is empty");
    }
    if indicator.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Some("contains white space or a control character");
    }
    if !indicator.chars().all(is_uri_char) {
        return Some("contains a character that is not allowed in a URI");
    }
    let urn_of_logto = "urn:logto:";
    if indicator
        .get(..urn_of_logto.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(urn_of_logto))
    {
        return Some("is reserved by Logto and is not an API");
    }
    let Some((scheme, rest)) = indicator.split_once(':') else {
        return Some("is not an absolute URI");
    };
    match Url::parse(indicator) {
        Ok(url) if url.fragment().is_some() => Some("has a fragment"),
        Ok(_) if is_port(rest) => Some("is a host and a port, not an absolute URI"),
        Ok(_) if is_web(scheme) && !names_a_host(rest) => Some("has no host"),
        Ok(_) => None,
        Err(_) => Some("is not an absolute URI"),
    }
}

/// Whether RFC 3986 §2 allows the character in a URI.
fn is_uri_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// Whether the part after the first colon begins with a port, as in `localhost:3000`. The URL parser reads
/// `localhost` as a scheme.
fn is_port(rest: &str) -> bool {
    let port = rest.split(['/', '?']).next().unwrap_or_default();
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

fn names_a_host(rest: &str) -> bool {
    rest.strip_prefix("//")
        .is_some_and(|authority| !authority.is_empty() && !authority.starts_with(['/', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The attributes use the rule of `logto-manifest`. A test there reads the same table.
    #[test]
    fn indicators_are_accepted_or_rejected_as_the_table_says() {
        let table = include_str!("../../../logto-manifest/src/syntax/resource_indicators.txt");
        for case in table.lines().filter(|line| !line.starts_with('#')) {
            let (expected, resource) = case.split_once(' ').unwrap();
            let problem = resource_problem(resource);
            assert_eq!(
                problem.is_none(),
                expected == "yes",
                "{resource:?}: {problem:?}"
            );
        }
    }
}
