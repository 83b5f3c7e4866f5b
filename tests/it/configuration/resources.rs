//! The rules of `build` for resources and their names.

use logto_runtime::Logto;

use super::{assert_refused, build_error, valid_builder};
use crate::support::PRODUCTS;

#[test]
fn a_resource_is_an_absolute_uri_without_fragment() {
    for (resource, problem) in [
        ("", "is empty"),
        ("products", "is not an absolute URI"),
        ("api.example.com", "is not an absolute URI"),
        ("/products", "is not an absolute URI"),
        ("localhost:3000", "is a host and a port"),
        ("api.example.com:8080/products", "is a host and a port"),
        ("https:api.example.com", "has no host"),
        ("https://", "is not an absolute URI"),
        ("https:///products", "has no host"),
        ("https://api.example.com#top", "has a fragment"),
        ("https://api.example.com ", "contains white space"),
        (
            "https://api.example.com/\u{e9}",
            "contains a character that is not allowed in a URI",
        ),
        (
            "https://api.example.com/\"x\"",
            "contains a character that is not allowed in a URI",
        ),
        ("urn:logto:resource:organizations", "is reserved by Logto"),
        ("URN:Logto:organization:acme", "is reserved by Logto"),
    ] {
        let shown = format!("{resource:?}");
        let fix = "write the API identifier of the Logto console, like `https://api.example.com`";
        let expected = ["resource", problem, fix];
        let endpoint = || Logto::builder("https://tenant.logto.app");
        assert_refused(endpoint().resource(resource), &shown, &expected);
        assert_refused(valid_builder().resource(resource), &shown, &expected);
        assert_refused(
            valid_builder().named_resource("x", resource),
            &shown,
            &expected,
        );
    }
    for resource in [
        "https://api.example.com",
        "https://api.example.com/",
        "http://localhost:3000/api?v=1",
        "urn:example:api",
        "api://products",
    ] {
        assert!(
            valid_builder().resource(resource).build().is_ok(),
            "{resource}"
        );
    }
}

#[test]
fn at_least_one_resource_is_needed() {
    let error = build_error(Logto::builder("https://tenant.logto.app"));
    for part in [
        "no resource is given",
        ".resource(\"https://",
        "LOGTO_RESOURCE",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_resource_name_is_well_formed_and_stands_for_one_indicator() {
    for name in [
        "",
        "Org",
        "2nd",
        "-a",
        "_a",
        "a b",
        "a:b",
        "org\u{e9}",
        "https://x.example",
    ] {
        let problem =
            "is not a valid name; use lower-case letters, digits, - and _, and begin with a letter";
        let builder = valid_builder().named_resource(name, PRODUCTS);
        assert_refused(builder, &format!("{name:?}"), &["resource name", problem]);
    }
    let twice = valid_builder()
        .named_resource("org", "https://a.example.com")
        .named_resource("org", "https://b.example.com");
    assert_refused(twice, "\"org\"", &["is used for two indicators"]);
    let same = valid_builder()
        .named_resource("org", PRODUCTS)
        .named_resource("org", PRODUCTS)
        .named_resource("shop-2_eu", PRODUCTS);
    assert!(same.build().is_ok());
}
