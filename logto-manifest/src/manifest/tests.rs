//! Tests the documented `logto.toml`, and the line and the message of each mistake in such a file.

use super::*;

const EXAMPLE: &str = r#"
[[resource]]
indicator = "https://api.example.com/products"
name = "products"          # optional
default = true
scopes = ["read:products", "write:products", "write:orders"]

[organization]
permissions = ["invite:member", "manage:billing"]
"#;

#[test]
fn the_documented_file_is_read() {
    let manifest = Manifest::parse(EXAMPLE).unwrap();
    let [products] = manifest.resources.as_slice() else {
        panic!("{manifest:?}");
    };
    assert_eq!(products.indicator, "https://api.example.com/products");
    assert_eq!(products.name.as_deref(), Some("products"));
    assert!(products.default && products.has_scope("write:orders"));
    assert_eq!(products.line, 2);
    assert_eq!(products.scopes[2].line, 6);
    assert!(manifest.has_permission("manage:billing"));
    assert_eq!(
        manifest.default_resource().map(Resource::short_name),
        Some("products")
    );
    assert!(manifest.resource("products").is_some());
    assert!(
        manifest
            .resource("https://api.example.com/products")
            .is_some()
    );
    assert!(manifest.resource("Products").is_none());
}

#[test]
fn a_single_resource_is_the_default_unless_it_says_otherwise() {
    let resource = |name: &str, default: &str| {
        format!("[[resource]]\nindicator = \"https://{name}.example\"\n{default}\n")
    };
    for (text, expected) in [
        (resource("a", ""), Some("https://a.example")),
        (resource("a", "default = true"), Some("https://a.example")),
        (resource("a", "default = false"), None),
        (resource("a", "") + &resource("b", ""), None),
        (
            resource("a", "") + &resource("b", "default = true"),
            Some("https://b.example"),
        ),
    ] {
        let manifest = Manifest::parse(&text).unwrap();
        let default = manifest.default_resource().map(Resource::short_name);
        assert_eq!(default, expected, "{text}");
    }
}

#[test]
fn an_empty_file_declares_nothing() {
    let manifest = Manifest::parse("# nothing yet\n").unwrap();
    assert!(manifest.resources.is_empty() && manifest.permissions.is_empty());
    assert!(manifest.default_resource().is_none());
}

#[test]
fn each_mistake_is_reported_with_its_line() {
    let resource = "[[resource]]\nindicator = \"https://a.example\"\n";
    for (text, line, message) in [
        ("[[resource]\n".into(), 1, "invalid TOML: "),
        ("a = 1\nb = \"\n".into(), 2, "invalid TOML: "),
        (
            "resources = []\n".into(),
            1,
            "unknown key `resources`; did you mean `resource`?",
        ),
        (
            "[tenant]\n".into(),
            1,
            "unknown key `tenant`; expected `resource` or `organization`",
        ),
        (
            "[resource]\nindicator = \"https://a.example\"\n".into(),
            1,
            "expected an array of tables; write `[[resource]]`",
        ),
        ("resource = [1]\n".into(), 1, "expected a table"),
        ("organization = 1\n".into(), 1, "expected a table"),
        (
            "\n[[resource]]\nscopes = []\n".into(),
            2,
            "`indicator` is missing",
        ),
        (
            "[[resource]]\nindicator = 1\n".into(),
            2,
            "expected a string",
        ),
        (
            "[[resource]]\nindicator = \"api\"\n".into(),
            2,
            "`api` is not an absolute URI; write one such as `https://api.example.com`",
        ),
        (
            "[[resource]]\nindicator = \"https://a.example/#x\"\n".into(),
            2,
            "a resource indicator can't have a fragment",
        ),
        (
            format!("{resource}name = \"A b\"\n"),
            3,
            "`A b` is not a name; write one that matches `[a-z][a-z0-9_-]*`",
        ),
        (format!("{resource}name = 1\n"), 3, "expected a string"),
        (
            format!("{resource}default = 1\n"),
            3,
            "expected `true` or `false`",
        ),
        (
            format!("{resource}scope = []\n"),
            3,
            "unknown key `scope`; did you mean `scopes`?",
        ),
        (
            format!("{resource}scopes = \"a\"\n"),
            3,
            "expected a list of strings",
        ),
        (
            format!("{resource}scopes = [\n\"a\",\n1]\n"),
            5,
            "expected a string",
        ),
        (
            format!("{resource}scopes = [\n\"a b\"]\n"),
            4,
            "a scope can't contain white space",
        ),
        (
            format!("{resource}scopes = [\"a\",\n\"b\",\n\"a\"]\n"),
            5,
            "scope `a` is declared twice",
        ),
        (
            format!("{resource}\n{resource}"),
            5,
            "resource `https://a.example` is declared twice",
        ),
        (
            format!(
                "{resource}name = \"a\"\n[[resource]]\nindicator = \"https://b.example\"\nname = \"a\"\n"
            ),
            6,
            "resource `a` is declared twice",
        ),
        (
            format!(
                "{resource}default = true\n[[resource]]\nindicator = \"https://b.example\"\ndefault = true\n"
            ),
            6,
            "line 3 already has `default = true`; remove one of the two keys",
        ),
        (
            "[organization]\nscopes = []\n".into(),
            2,
            "unknown key `scopes`; expected `permissions`",
        ),
        (
            "[organization]\npermissions = [\"a\", \"a\"]\n".into(),
            2,
            "permission `a` is declared twice",
        ),
    ] {
        let mistakes = Manifest::parse(&text).expect_err(&text);
        let [mistake] = mistakes.as_slice() else {
            panic!("{text}: {mistakes:?}");
        };
        assert_eq!(mistake.line, line, "{text}: {mistake:?}");
        assert!(mistake.message.starts_with(message), "{text}: {mistake:?}");
    }
}

#[test]
fn all_mistakes_are_reported_in_the_order_of_their_lines() {
    let text = "[[resource]]\nname = 1\ndefault = 2\nindicator = \"x\"\n\n[organization]\na = 1\n";
    let mistakes = Manifest::parse(text).expect_err(text);
    let lines: Vec<_> = mistakes.iter().map(|mistake| mistake.line).collect();
    assert_eq!(lines, [2, 3, 4, 7], "{mistakes:?}");
}
