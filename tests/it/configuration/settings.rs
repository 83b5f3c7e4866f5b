//! `build` rejects invalid settings. The error names the setting, and never shows credentials.

use std::time::Duration;

use logto_runtime::{Algorithm, Logto};

use super::{assert_refused, valid_builder};
use crate::support::PRODUCTS;

#[test]
fn an_endpoint_is_an_absolute_https_url() {
    for (endpoint, problem) in [
        ("", "is empty"),
        ("  ", "is empty"),
        ("tenant.logto.app", "is not an absolute URL"),
        ("/oidc", "is not an absolute URL"),
        ("//tenant.logto.app", "is not an absolute URL"),
        ("https:tenant.logto.app", "is not an absolute URL"),
        ("https:/tenant.logto.app", "is not an absolute URL"),
        ("https:///tenant.logto.app", "is not an absolute URL"),
        ("https://", "is not an absolute URL"),
        ("https://tenant.logto.app:99999", "is not an absolute URL"),
        ("ftp://tenant.logto.app", "is not an http(s) URL"),
        ("localhost:3001", "is not an http(s) URL"),
        ("file:///etc/passwd", "is not an http(s) URL"),
        ("https://tenant.logto.app ", "contains white space"),
        ("https://tenant.logto.app\n", "contains white space"),
        ("https://tenant .logto.app", "contains white space"),
        ("https://tenant.logto.app#top", "has a fragment"),
        ("https://tenant.logto.app?x=1", "has a query"),
    ] {
        let builder = Logto::builder(endpoint).resource(PRODUCTS);
        let fix = "write it like `https://your-tenant.logto.app`";
        assert_refused(
            builder,
            &format!("{endpoint:?}"),
            &["endpoint", problem, fix],
        );
    }
    for endpoint in [
        "https://tenant.logto.app",
        "https://tenant.logto.app/",
        "https://tenant.logto.app:8443//",
        "https://example.com/logto",
    ] {
        assert!(
            Logto::builder(endpoint).resource(PRODUCTS).build().is_ok(),
            "{endpoint}"
        );
    }
}

#[test]
fn plain_http_is_allowed_for_loopback_or_by_an_explicit_call() {
    for endpoint in [
        "http://127.0.0.1:3001",
        "http://127.8.9.10",
        "http://[::1]:3001",
        "http://localhost:3001",
        "http://LOCALHOST",
    ] {
        assert!(
            Logto::builder(endpoint).resource(PRODUCTS).build().is_ok(),
            "{endpoint}"
        );
    }
    for endpoint in [
        "http://tenant.logto.app",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://evil.example/127.0.0.1",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::]:3001",
        "http://[::ffff:7f00:1]",
        "http://128.0.0.1",
    ] {
        let builder = || Logto::builder(endpoint).resource(PRODUCTS);
        assert_refused(
            builder(),
            endpoint,
            &["plain http", "`.allow_insecure_http()`"],
        );
        assert!(
            builder().allow_insecure_http().build().is_ok(),
            "{endpoint}"
        );
        let keys = valid_builder().jwks_uri(endpoint);
        assert_refused(keys, endpoint, &["jwks_uri", "`.allow_insecure_http()`"]);
    }
}

#[test]
fn credentials_in_a_url_are_refused_and_never_shown() {
    for endpoint in [
        "https://admin:hunter2@tenant.logto.app",
        "https://hunter2@tenant.logto.app/x",
        "https://admin:hunter2@tenant.logto.app:99999",
        "http://admin:hunter2@tenant.logto.app",
        "https:/admin:hunter2@tenant.logto.app",
        "https//admin:hunter2@tenant.logto.app",
        "admin:hunter2@tenant.logto.app",
        "https://admin:hunter2@tenant@logto.app",
        "https://admin:#hunter2@tenant.logto.app",
        "https:/admin:se//hunter2@tenant.logto.app",
    ] {
        for builder in [
            Logto::builder(endpoint).resource(PRODUCTS),
            valid_builder().jwks_uri(endpoint),
            valid_builder().issuer(endpoint),
        ] {
            let shown = format!("{builder:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
            let error = builder.build().unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(shown.contains("logto.app"), "{shown}");
        }
    }
    let endpoint = Logto::builder("https://admin:?hunter2@tenant.logto.app").resource(PRODUCTS);
    let resource = valid_builder().resource("https://admin:hunter2@api.example.com#x");
    for builder in [endpoint, resource] {
        let shown = format!("{builder:?}");
        let shown = format!("{shown} {}", builder.build().unwrap_err());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let builder = Logto::builder("https://admin:hunter2@tenant.logto.app").resource(PRODUCTS);
    assert_refused(
        builder,
        "https://redacted@tenant.logto.app",
        &["contains credentials"],
    );
}

#[test]
fn an_issuer_and_a_jwks_uri_are_absolute_https_urls() {
    for (value, problem) in [
        ("", "is empty"),
        ("tenant", "is not an absolute URL"),
        ("https://tenant.logto.app/oidc#x", "has a fragment"),
        ("https://tenant.logto.app/oidc ", "contains white space"),
        ("http://tenant.logto.app/oidc", "is plain http"),
    ] {
        let shown = format!("{value:?}");
        let fix = "write the endpoint followed by `/oidc`";
        assert_refused(
            valid_builder().issuer(value),
            &shown,
            &["issuer", problem, fix],
        );
        let second = valid_builder()
            .issuer("https://tenant.logto.app/oidc")
            .issuer(value);
        assert_refused(second, &shown, &["issuer", problem]);
        let fix = "write it like `https://your-tenant.logto.app/oidc/jwks`";
        assert_refused(
            valid_builder().jwks_uri(value),
            &shown,
            &["jwks_uri", problem, fix],
        );
    }
}

#[test]
fn invalid_settings_are_named_with_their_value() {
    let zero = Duration::ZERO;
    for (builder, setting) in [
        (valid_builder().keys_fresh_for(zero), "keys_fresh_for"),
        (valid_builder().keys_usable_for(zero), "keys_usable_for"),
        (
            valid_builder().unknown_key_cooldown(zero),
            "unknown_key_cooldown",
        ),
    ] {
        let problem = "must be longer than zero";
        assert_refused(builder, &format!("{setting} is 0ns"), &[problem]);
    }
    let short = valid_builder().keys_usable_for(Duration::from_secs(60));
    assert_refused(
        short,
        "keys_usable_for is 60s",
        &["at least keys_fresh_for"],
    );
    assert_refused(
        valid_builder().max_token_bytes(0),
        "max_token_bytes is 0",
        &["must be greater than zero"],
    );
    let (longest, hour) = (Duration::from_secs(600), Duration::from_secs(3_600));
    let too_long = longest + Duration::from_nanos(1);
    for (leeway, shown) in [
        (too_long, "600.000000001s"),
        (hour, "3600s"),
        (Duration::MAX, ""),
    ] {
        assert_refused(
            valid_builder().leeway(leeway),
            &format!("leeway is {shown}"),
            &["at most 10 minutes"],
        );
    }
    let none: [Algorithm; 0] = [];
    assert_refused(
        valid_builder().algorithms(none),
        "algorithms is empty:",
        &["leave it out to allow all"],
    );
    for builder in [
        valid_builder().leeway(zero),
        valid_builder().leeway(longest),
        valid_builder().token_cache_bytes(0),
        valid_builder().token_cache_bytes(1),
        valid_builder().keys_usable_for(Duration::MAX),
        valid_builder()
            .keys_fresh_for(Duration::from_secs(1))
            .keys_usable_for(Duration::from_secs(1)),
    ] {
        assert!(builder.build().is_ok());
    }
}

#[test]
fn build_refuses_an_unusable_fixed_key_set() {
    let many = format!(r#"{{"keys":[{}]}}"#, ["{}"; 65].join(","));
    for (document, problem) in [
        ("", "not a JSON object with an array `keys`"),
        ("[]", "not a JSON object with an array `keys`"),
        (r#"{"keys":{}}"#, "not a JSON object with an array `keys`"),
        (r#"{"keys":[]}"#, "none of its 0 keys can be used"),
        (
            r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#,
            "none of its 1 keys can be used",
        ),
        (many.as_str(), "more than 64 keys"),
    ] {
        assert_refused(valid_builder().jwks_json(document), "jwks_json", &[problem]);
    }
    let both = valid_builder()
        .jwks_json("{}")
        .jwks_uri("https://tenant.logto.app/oidc/jwks");
    assert_refused(
        both,
        "jwks_uri is given:",
        &["jwks_json is given too", "leave one of them out"],
    );
}
