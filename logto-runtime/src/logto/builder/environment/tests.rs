//! Tests of settings from environment variables. The tests do not change the environment.

use super::*;

fn from(variables: &[(&str, &str)]) -> LogtoBuilder {
    LogtoBuilder::from_variables(|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(value))
    })
}

fn error(variables: &[(&str, &str)]) -> String {
    from(variables).build().unwrap_err().to_string()
}

#[test]
fn endpoint_and_resource_are_enough() {
    let logto = from(&[
        ("LOGTO_ENDPOINT", " https://tenant.logto.app/\n"),
        ("LOGTO_RESOURCE", "https://api.example.com"),
    ]);
    let logto = logto.build().unwrap();
    assert_eq!(
        logto.verifier().expected.issuers,
        ["https://tenant.logto.app/oidc"]
    );
    let settings = logto.settings();
    assert_eq!(settings.endpoint, "https://tenant.logto.app");
    assert_eq!(
        settings.jwks_url.as_str(),
        "https://tenant.logto.app/oidc/jwks"
    );
}

#[test]
fn lists_are_separated_by_commas_and_the_first_resource_is_the_default() {
    let logto = from(&[
        ("LOGTO_ENDPOINT", "https://tenant.logto.app"),
        (
            "LOGTO_RESOURCE",
            " https://b.example.com , ,https://a.example.com,",
        ),
        (
            "LOGTO_ISSUER",
            "https://auth.example.com/oidc, https://tenant.logto.app/oidc",
        ),
        ("LOGTO_JWKS_URI", " https://keys.example.com/jwks "),
    ]);
    let logto = logto.build().unwrap();
    let settings = logto.settings();
    assert_eq!(
        settings.resources.indicators(),
        ["https://b.example.com", "https://a.example.com"]
    );
    assert_eq!(
        settings.resources.default_indicator(),
        Some("https://b.example.com")
    );
    assert_eq!(
        logto.verifier().expected.issuers,
        [
            "https://auth.example.com/oidc",
            "https://tenant.logto.app/oidc"
        ]
    );
    assert_eq!(settings.jwks_url.as_str(), "https://keys.example.com/jwks");
}

#[test]
fn the_error_for_a_missing_or_blank_endpoint_names_the_variable_and_an_example() {
    let resource = ("LOGTO_RESOURCE", "https://api.example.com");
    for variables in [
        &[resource][..],
        &[resource, ("LOGTO_ENDPOINT", "")],
        &[resource, ("LOGTO_ENDPOINT", " \t")],
    ] {
        assert_eq!(
            error(variables),
            "the environment variable LOGTO_ENDPOINT is not set; \
             example: LOGTO_ENDPOINT=https://your-tenant.logto.app"
        );
    }
}

#[test]
fn the_error_for_a_list_without_a_resource_names_the_variable() {
    let endpoint = ("LOGTO_ENDPOINT", "https://tenant.logto.app");
    for resources in ["", " ", ",", " , ,"] {
        let error = error(&[endpoint, ("LOGTO_RESOURCE", resources)]);
        assert!(error.contains("LOGTO_RESOURCE"), "{error}");
    }
}

#[test]
fn the_error_shows_the_invalid_value() {
    let endpoint = ("LOGTO_ENDPOINT", "https://tenant.logto.app");
    let resource = ("LOGTO_RESOURCE", "https://api.example.com");
    for (variables, shown) in [
        (
            [("LOGTO_ENDPOINT", "tenant.logto.app"), resource, ("", "")],
            "the endpoint \"tenant.logto.app\" is not an absolute URL",
        ),
        (
            [endpoint, ("LOGTO_RESOURCE", "products"), ("", "")],
            "the resource \"products\" is not an absolute URI",
        ),
        (
            [endpoint, resource, ("LOGTO_ISSUER", "tenant")],
            "the issuer \"tenant\" is not an absolute URL",
        ),
        (
            [endpoint, resource, ("LOGTO_JWKS_URI", "/jwks")],
            "the jwks_uri \"/jwks\" is not an absolute URL",
        ),
    ] {
        let error = error(&variables);
        assert!(error.contains(shown), "{error}");
    }
}

#[test]
fn a_resource_can_have_a_name_before_an_equals_sign() {
    let logto = from(&[
        ("LOGTO_ENDPOINT", "https://tenant.logto.app"),
        (
            "LOGTO_RESOURCE",
            "products=https://api.example.com/products?v=1, org = https://api.example.com/org ,\
             https://api.example.com/plain?name=x,urn:example:a=b",
        ),
    ]);
    let logto = logto.build().unwrap();
    let resources = &logto.settings().resources;
    assert_eq!(
        resources.indicators(),
        [
            "https://api.example.com/products?v=1",
            "https://api.example.com/org",
            "https://api.example.com/plain?name=x",
            "urn:example:a=b",
        ]
    );
    for (name, indicator) in [
        ("products", Some("https://api.example.com/products?v=1")),
        ("org", Some("https://api.example.com/org")),
        ("plain", None),
    ] {
        assert_eq!(resources.indicator_of(Some(name)), indicator, "{name}");
    }
}

#[test]
fn the_error_shows_the_invalid_name_or_indicator_of_a_named_resource() {
    let endpoint = ("LOGTO_ENDPOINT", "https://tenant.logto.app");
    for (resource, shown) in [
        (
            "Org=https://api.example.com",
            "the resource name \"Org\" is not a valid name",
        ),
        (
            "=https://api.example.com",
            "the resource name \"\" is not a valid name",
        ),
        ("org=", "the resource \"\" is empty"),
        ("org=api", "the resource \"api\" is not an absolute URI"),
        (
            "org=https://a.example,org=https://b.example",
            "the resource name \"org\" is used for two indicators",
        ),
    ] {
        let error = error(&[endpoint, ("LOGTO_RESOURCE", resource)]);
        assert!(error.contains(shown), "{resource}: {error}");
    }
}

/// A default in place of an unreadable value could make the builder trust the wrong tenant.
#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_an_error_for_every_variable() {
    use std::os::unix::ffi::OsStringExt;

    for unreadable in [
        "LOGTO_ENDPOINT",
        "LOGTO_RESOURCE",
        "LOGTO_ISSUER",
        "LOGTO_JWKS_URI",
    ] {
        let builder = LogtoBuilder::from_variables(|name| match name {
            name if name == unreadable => {
                Some(OsString::from_vec(b"https://a.example/\xff".into()))
            }
            "LOGTO_ENDPOINT" => Some("https://tenant.logto.app".into()),
            "LOGTO_RESOURCE" => Some("https://api.example.com".into()),
            _ => None,
        });
        assert_eq!(
            builder.build().unwrap_err(),
            ConfigError::VariableNotUtf8 { name: unreadable }
        );
    }
}
