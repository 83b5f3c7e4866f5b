//! Checks that a resource is an absolute URI without a fragment (RFC 8707, section 2), or a name.

/// Checks `resource = …` of an attribute: an indicator or a name.
///
/// # Errors
///
/// Returns what is wrong and what to write instead.
pub fn check(resource: &str) -> Result<(), String> {
    if is_name(resource) {
        return Ok(());
    }
    check_indicator(resource, || neither_uri_nor_name(resource))
}

/// Checks a resource indicator.
///
/// `otherwise` returns the message for text that is not an absolute URI.
///
/// # Errors
///
/// Returns what is wrong and what to write instead.
pub fn check_indicator(resource: &str, otherwise: impl Fn() -> String) -> Result<(), String> {
    if resource.is_empty() {
        return Err(
            "the resource is empty; write its indicator, such as `https://api.example.com`".into(),
        );
    }
    if let Some(wrong) = resource.chars().find(|&c| !is_uri_char(c)) {
        return Err(format!("{wrong:?} is not allowed in a resource; remove it"));
    }
    if let Some((before, _)) = resource.split_once('#') {
        let example = if before.is_empty() {
            "https://api.example.com"
        } else {
            before
        };
        return Err(format!(
            "a resource indicator can't have a fragment; write `{example}`"
        ));
    }
    let Some((scheme, rest)) = resource.split_once(':') else {
        return Err(otherwise());
    };
    if starts_with_ignoring_case(resource, "urn:logto:") {
        return Err(
            "`urn:logto:` names Logto's own audiences, not an API resource; for organization \
             permissions, use `#[require_org_permission(…)]`"
                .into(),
        );
    }
    if !is_scheme(scheme) || rest.is_empty() || is_port(rest) {
        return Err(otherwise());
    }
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let host = rest.strip_prefix("//").map(host_of);
    if web && host.is_none_or(str::is_empty) {
        return Err(format!(
            "`{resource}` does not name a host; write `{scheme}://host`"
        ));
    }
    Ok(())
}

fn neither_uri_nor_name(resource: &str) -> String {
    let has_web_scheme = ["http:", "https:"]
        .iter()
        .any(|scheme| starts_with_ignoring_case(resource, scheme));
    let advice = if has_web_scheme {
        "; write `https://host`".to_owned()
    } else if resource.contains(['.', ':', '/']) {
        format!(
            "; did you mean `https://{}`?",
            resource.trim_start_matches(['/', ':'])
        )
    } else {
        let name: String = resource
            .chars()
            .map(|c| if is_name_char(c) { c } else { '-' })
            .collect();
        match name.trim_start_matches(|c: char| !c.is_ascii_lowercase()) {
            "" => String::new(),
            _ if is_name(&resource.to_ascii_lowercase()) => {
                format!("; did you mean `{}`?", resource.to_ascii_lowercase())
            }
            name => format!("; did you mean `{name}`?"),
        }
    };
    format!(
        "`{resource}` is neither an absolute URI nor a name (`[a-z][a-z0-9_-]*`, as given to \
         `named_resource`){advice}"
    )
}

/// Checks whether `text` can be the name of a resource, as given to `named_resource`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-')
}

/// Checks the scheme of a URI (RFC 3986, section 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Checks whether a URI can contain the character (RFC 3986, section 2).
fn is_uri_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// Checks whether `rest` (the text after the first colon) begins with a port, as in `localhost:3000`.
///
/// Without this check, `localhost:3000` would be a URI with the scheme `localhost`.
fn is_port(rest: &str) -> bool {
    let port = rest.split(['/', '?']).next().unwrap_or_default();
    !port.is_empty() && port.chars().all(|c| c.is_ascii_digit())
}

/// Returns the host at the start of `rest`, without user information. An IPv6 address has brackets, so it
/// loses only a part at its first colon.
fn host_of(rest: &str) -> &str {
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::{check, check_indicator};

    #[test]
    fn indicators_match_the_table() {
        let cases = include_str!("resource_indicators.txt").lines();
        for case in cases.filter(|line| !line.starts_with('#')) {
            let (expected, resource) = case.split_once(' ').unwrap();
            let checked = check_indicator(resource, String::new);
            assert_eq!(checked.is_ok(), expected == "yes", "{resource:?}");
        }
    }

    #[test]
    fn absolute_uris_and_names_pass() {
        for resource in [
            "https://api.example.com",
            "https://api.example.com/products?v=1",
            "HTTPS://api.example.com:8443/",
            "http://[::1]:3000/a",
            "urn:example:api",
            "api://products",
            "com.example.app:/callback",
            "products",
            "a",
            "org_api-2",
        ] {
            assert_eq!(check(resource), Ok(()), "{resource}");
        }
    }

    #[test]
    fn other_resources_are_rejected_with_advice() {
        for (resource, advice) in [
            ("", "the resource is empty"),
            (
                "https://api.example.com/#top",
                "write `https://api.example.com/`",
            ),
            ("api.example.com", "did you mean `https://api.example.com`?"),
            (
                "//api.example.com",
                "did you mean `https://api.example.com`?",
            ),
            ("/products", "did you mean `https://products`?"),
            ("localhost:3000", "did you mean `https://localhost:3000`?"),
            (
                "localhost:3000/api",
                "did you mean `https://localhost:3000/api`?",
            ),
            ("https:", "write `https://host`"),
            ("HTTP:80", "write `https://host`"),
            ("https://:80", "does not name a host"),
            ("https://user@", "does not name a host"),
            ("https://user@:80/a", "does not name a host"),
            (
                "localhost:3000?a=b",
                "did you mean `https://localhost:3000?a=b`?",
            ),
            ("#top", "write `https://api.example.com`"),
            ("https:/api.example.com", "does not name a host"),
            ("https://", "does not name a host"),
            ("https:///products", "does not name a host"),
            ("1http://x", "neither an absolute URI nor a name"),
            ("https://api example.com", "' ' is not allowed"),
            ("https://api.example.com/\u{e9}", "'é' is not allowed"),
            ("Products", "did you mean `products`?"),
            ("2products", "did you mean `products`?"),
            ("-", "neither an absolute URI nor a name"),
            ("urn:logto:resource:organizations", "require_org_permission"),
            ("URN:Logto:organization:x", "require_org_permission"),
        ] {
            let message = check(resource).expect_err(resource);
            assert!(message.contains(advice), "{resource}: {message}");
        }
    }
}
