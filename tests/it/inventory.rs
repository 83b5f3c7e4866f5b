//! `guards()` lists the attributes in `routes/mod.rs` and in other crates.

use logto_runtime::inventory::{GuardInfo, guards};

#[test]
fn the_inventory_lists_attributes_with_file_and_line() {
    let here = |name: &str| -> Vec<&GuardInfo> {
        let path = format!("{}::routes::{name}", env!("CARGO_CRATE_NAME"));
        guards().filter(|guard| guard.item == path).collect()
    };
    for (name, expected) in [
        ("list", &[r#"require_scopes("read:products")"#][..]),
        ("ReadReports", &[r#"require_scopes("read:reports")"#]),
        ("health", &["public"]),
        (
            "stacked",
            &["require_auth", r#"require_org_permission("invite:member")"#],
        ),
        ("by_hand", &[]),
    ] {
        let listed = here(name);
        let text = |guard: &&GuardInfo| match guard.requirement {
            Some(requirement) => requirement.to_string(),
            None => "public".to_owned(),
        };
        // The inventory has no particular order. Sorts the texts into the order of `expected`.
        let mut texts: Vec<_> = listed.iter().map(text).collect();
        texts.sort_by_key(|text| text.contains('('));
        assert_eq!(texts, expected, "{name}");
        for guard in listed {
            assert!(
                guard.file.ends_with("routes/mod.rs") && guard.line > 0,
                "{guard:?}"
            );
        }
    }
}

#[test]
fn the_inventory_lists_the_guards_of_other_crates() {
    for item in [
        "saas::routes::products::list",
        "saas::routes::operations::healthz",
    ] {
        assert_eq!(
            guards().filter(|guard| guard.item == item).count(),
            1,
            "{item}"
        );
    }
}
