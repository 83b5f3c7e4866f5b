//! Tests the messages about names that `logto.toml` does not declare.

use super::*;

fn manifest() -> Manifest {
    Manifest::parse(
        r#"
        [[resource]]
        indicator = "https://api.example.com/products"
        name = "products"
        default = true
        scopes = ["read:products", "write:products", "write:orders"]

        [[resource]]
        indicator = "https://api.example.com/org"
        scopes = ["read:data", "write:settings", "read:products"]

        [organization]
        permissions = ["invite:member", "manage:billing"]
        "#,
    )
    .unwrap()
}

#[test]
fn there_is_no_message_about_a_declared_name() {
    let manifest = manifest();
    let [products, org] = manifest.resources.as_slice() else {
        panic!("expected two resources");
    };
    assert_eq!(manifest.wrong_scope(products, "read:products"), None);
    assert_eq!(manifest.wrong_scope(org, "read:products"), None);
    assert_eq!(manifest.wrong_permission("invite:member"), None);
}

#[test]
fn the_message_about_a_wrong_scope_says_what_to_write() {
    let manifest = manifest();
    let products = &manifest.resources[0];
    for (scope, expected) in [
        (
            "read:data",
            "`read:data` is a scope of https://api.example.com/org; \
             write `resource = \"https://api.example.com/org\"`",
        ),
        (
            "invite:member",
            "`invite:member` is an organization permission; \
             use `#[require_org_permission(\"invite:member\")]`",
        ),
        (
            "read:prodcts",
            "unknown scope `read:prodcts` for https://api.example.com/products; \
             did you mean `read:products`?",
        ),
        (
            "write:order",
            "unknown scope `write:order` for https://api.example.com/products; \
             did you mean `write:orders`?",
        ),
        (
            "delete",
            "unknown scope `delete` for https://api.example.com/products; expected one of \
             `read:products`, `write:products`, `write:orders`",
        ),
    ] {
        assert_eq!(
            manifest.wrong_scope(products, scope).as_deref(),
            Some(expected)
        );
    }
}

#[test]
fn the_message_about_a_wrong_permission_says_what_to_write() {
    let manifest = manifest();
    for (permission, expected) in [
        (
            "write:orders",
            "`write:orders` is a scope of https://api.example.com/products; \
             use `#[require_org_scopes(\"write:orders\")]`",
        ),
        (
            "read:data",
            "`read:data` is a scope of https://api.example.com/org; use \
             `#[require_org_scopes(\"read:data\", resource = \"https://api.example.com/org\")]`",
        ),
        (
            "invite:members",
            "unknown organization permission `invite:members`; did you mean `invite:member`?",
        ),
    ] {
        assert_eq!(
            manifest.wrong_permission(permission).as_deref(),
            Some(expected)
        );
    }
}

#[test]
fn a_resource_is_compared_byte_for_byte() {
    let manifest = manifest();
    for (written, part) in [
        ("https://api.example.com/products/", "trailing slash"),
        ("https://API.example.com/products", "upper and lower case"),
        ("https://api.example.com/product", "did you mean"),
        ("product", "did you mean `products`?"),
        ("urn:other", "expected one of"),
    ] {
        assert!(manifest.resource(written).is_none(), "{written}");
        let message = manifest.unknown_resource(FILE_NAME, written);
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn at_most_five_names_are_listed() {
    let names: Vec<String> = (0..9).map(|n| format!("read:item{n}")).collect();
    let listed = similar_names("read:itemx", names.iter().map(String::as_str));
    assert_eq!(listed.matches("read:item").count(), LISTED, "{listed}");
    let listed = similar_names("unlike", names.iter().map(String::as_str));
    assert_eq!(listed.matches("read:item").count(), LISTED, "{listed}");
    assert!(listed.ends_with("and 4 more"), "{listed}");
}
