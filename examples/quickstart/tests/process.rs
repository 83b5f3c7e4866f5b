//! Tests what the program prints if it cannot start.

#![cfg(test)]

use std::process::Command;

#[test]
fn a_wrong_environment_is_reported_in_one_line_that_names_what_is_wrong() {
    let resource = "https://api.example.com/products";
    for (endpoint, resource, named) in [
        ("not a url", resource, "not a url"),
        ("https://your-tenant.logto.app", "", "resource"),
        ("https://your-tenant.logto.app", "products", "products"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_quickstart"))
            .env_clear()
            .env("LOGTO_ENDPOINT", endpoint)
            .env("LOGTO_RESOURCE", resource)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("quickstart: "), "{said}");
        assert!(said.contains(named), "{said}");
        // Users do not see the names of error types.
        assert!(!said.contains("Error") && !said.contains('{'), "{said}");
        assert_eq!((said.lines().count(), output.status.code()), (1, Some(1)));
    }
}
