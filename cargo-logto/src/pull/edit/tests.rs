//! Tests the text that `pull` writes, and the notices for the user.

use std::time::Duration;

use logto_manifest::Manifest;

use super::*;

fn tenant(resources: &[(&str, &str, &[&str])], permissions: &[&str]) -> Tenant {
    let resources = resources.iter().map(|(name, indicator, scopes)| {
        let scopes: Vec<_> = scopes
            .iter()
            .map(|scope| serde_json::json!({ "id": scope, "name": scope }))
            .collect();
        let resource = serde_json::json!({
            "id": indicator, "name": name, "indicator": indicator,
            "accessTokenTtl": Duration::from_secs(3_600).as_secs(), "scopes": scopes,
        });
        serde_json::from_value(resource).unwrap()
    });
    Tenant {
        resources: resources.collect(),
        permissions: permissions.iter().map(|it| (*it).to_owned()).collect(),
    }
}

const PRODUCTS: (&str, &str, &[&str]) = (
    "Products API",
    "https://a.example/products",
    &["write", "read"],
);
const ORDERS: (&str, &str, &[&str]) = ("Orders", "https://a.example/orders", &["read"]);

#[test]
fn a_new_file_declares_what_the_tenant_has() {
    let tenant = tenant(&[PRODUCTS], &["invite:member"]);
    let Edited { text, notices } = edit(None, &tenant, &[]).unwrap();
    let expected = "\n[[resource]]\nindicator = \"https://a.example/products\"\nname = \
                        \"products-api\"\ndefault = true\nscopes = [\"read\", \"write\"]\n\n\
                        [organization]\npermissions = [\"invite:member\"]\n";
    assert_eq!(text, format!("{HEADER}{expected}"));
    assert_eq!(notices, [""; 0]);
    let again = edit(Some(&text), &tenant, &[]).unwrap();
    assert_eq!(again.text, text);
}

#[test]
fn an_existing_file_keeps_comments_order_names_and_default() {
    let before = r#"# ours
[[resource]] # the shop
name = "shop" # as in the code
indicator = "https://a.example/products"
scopes = [
    "write", # careful
    "old",
]

# who does what
[organization]
permissions = ["a"] # few
"#;
    let tenant = tenant(&[PRODUCTS, ORDERS], &["a", "b"]);
    let Edited { text, notices } = edit(Some(before), &tenant, &[]).unwrap();
    let expected = r#"# ours
[[resource]] # the shop
name = "shop" # as in the code
indicator = "https://a.example/products"
scopes = [
    "write", # careful
    "read",
]
default = true

[[resource]]
indicator = "https://a.example/orders"
name = "orders"
scopes = ["read"]

# who does what
[organization]
permissions = ["a", "b"] # few
"#;
    assert_eq!(text, expected);
    assert_eq!(
        notices,
        ["removed `old` (scope of https://a.example/products): the tenant does not have it"]
    );
    let manifest = Manifest::parse(&text).unwrap();
    let default = manifest.default_resource().unwrap();
    assert_eq!(
        default.name.as_deref(),
        Some("shop"),
        "guards mean the same as before"
    );
}

#[test]
fn a_name_that_the_file_cannot_declare_is_skipped_with_a_warning() {
    let tenant = tenant(
        &[
            ("Odd", "not a url", &[]),
            ("Reserved", "urn:logto:organization:x", &[]),
            (
                "Odd scopes",
                "https://a.example",
                &["a\"b", "\u{e9}", "good"],
            ),
        ],
        &["read all", "good"],
    );
    let Edited { text, notices } = edit(None, &tenant, &[]).unwrap();
    let manifest = Manifest::parse(&text).unwrap();
    assert_eq!(manifest.resources.len(), 1);
    assert_eq!(manifest.resources[0].scopes[0].name, "good");
    assert_eq!(manifest.permissions[0].name, "good");
    for named in [
        "not a url",
        "urn:logto:organization:x",
        "a\"b",
        "\u{e9}",
        "read all",
    ] {
        let count = notices
            .iter()
            .filter(|notice| notice.contains(named))
            .count();
        assert_eq!(count, 1, "{named}: {notices:#?}");
    }
    assert_eq!(notices.len(), 5);
}

#[test]
fn a_pull_of_one_resource_keeps_other_resources_and_does_not_add_permissions() {
    let before = "[[resource]]\nindicator = \"https://gone.example\"\nscopes = [\"x\"]\n";
    let tenant = tenant(&[PRODUCTS, ORDERS], &["p"]);
    let only = [ORDERS.1.to_owned()];
    let Edited { text, notices } = edit(Some(before), &tenant, &only).unwrap();
    let manifest = Manifest::parse(&text).unwrap();
    let indicators: Vec<_> = manifest.resources.iter().map(|it| &*it.indicator).collect();
    assert_eq!(indicators, ["https://gone.example", ORDERS.1]);
    assert!(manifest.permissions.is_empty());
    assert_eq!(notices, [""; 0]);
}

#[test]
fn the_resource_that_the_user_names_first_is_the_default_of_a_new_file() {
    let only = [ORDERS.1.to_owned(), PRODUCTS.1.to_owned()];
    let created = edit(None, &tenant(&[PRODUCTS, ORDERS], &[]), &only).unwrap();
    let manifest = Manifest::parse(&created.text).unwrap();
    let default = manifest.default_resource().map(|it| &*it.indicator);
    assert_eq!(default, Some(ORDERS.1));
}

#[test]
fn a_resource_that_the_tenant_lacks_is_removed() {
    let before = "[[resource]]\nindicator = \"https://gone.example\"\n";
    let Edited { text, notices } = edit(Some(before), &tenant(&[], &[]), &[]).unwrap();
    assert!(Manifest::parse(&text).unwrap().resources.is_empty());
    assert!(notices[0].starts_with("removed the resource https://gone.example"));
}

#[test]
fn if_the_tenant_has_no_default_the_user_must_choose_one_of_several_new_resources() {
    let Edited { text, notices } = edit(None, &tenant(&[PRODUCTS, ORDERS], &[]), &[]).unwrap();
    assert!(Manifest::parse(&text).unwrap().default_resource().is_none());
    assert!(notices[0].contains("write `default = true`"), "{notices:?}");
}

/// Guards without `resource` accept tokens of the default resource. A single resource is the default unless
/// it has `default = false`.
#[test]
fn a_resource_becomes_the_default_only_if_the_file_says_so() {
    const GONE: &str = "https://gone.example";
    let resource = |indicator: &str, default: &str| {
        format!("[[resource]]\nindicator = \"{indicator}\"\n{default}\n")
    };
    let is_default = "default = true";
    for (what, before, in_tenant, only, default, has_notice) in [
        (
            "the default stays",
            resource(ORDERS.1, is_default) + &resource(GONE, ""),
            [ORDERS].as_slice(),
            None,
            Some(ORDERS.1),
            false,
        ),
        (
            "the default is removed",
            resource(GONE, is_default) + &resource(ORDERS.1, ""),
            &[ORDERS],
            None,
            None,
            true,
        ),
        (
            "the file had no default",
            resource(GONE, "") + &resource(ORDERS.1, ""),
            &[ORDERS],
            None,
            None,
            true,
        ),
        (
            "the file already says so",
            resource(GONE, is_default) + &resource(ORDERS.1, "default = false"),
            &[ORDERS],
            None,
            None,
            false,
        ),
        (
            "a new resource replaces several",
            resource(GONE, is_default) + &resource("https://gone.example/2", ""),
            &[ORDERS],
            None,
            None,
            true,
        ),
        (
            "a new resource replaces a single one",
            resource(GONE, ""),
            &[ORDERS],
            None,
            None,
            true,
        ),
        (
            "a single resource stays",
            resource(ORDERS.1, ""),
            &[ORDERS],
            None,
            Some(ORDERS.1),
            false,
        ),
        (
            "a single resource stays beside a new one",
            resource(ORDERS.1, ""),
            &[ORDERS, PRODUCTS],
            None,
            Some(ORDERS.1),
            false,
        ),
        (
            "`--resource` removes nothing",
            resource(GONE, "") + &resource(ORDERS.1, ""),
            &[ORDERS],
            Some(ORDERS.1.to_owned()),
            None,
            false,
        ),
    ] {
        let tenant = tenant(in_tenant, &[]);
        let Edited { text, notices } = edit(Some(&before), &tenant, only.as_slice()).unwrap();
        let manifest = Manifest::parse(&text).unwrap();
        let found = manifest.default_resource().map(|it| &*it.indicator);
        assert_eq!(found, default, "{what}: {text}");
        let noticed = notices
            .iter()
            .any(|it| it.contains(ORDERS.1) && it.contains("write `default = true`"));
        assert_eq!(noticed, has_notice, "{what}: {notices:?}");
        let again = edit(Some(&text), &tenant, only.as_slice()).unwrap();
        assert_eq!((again.text, again.notices.len()), (text, 0), "{what}");
    }
}
