//! A test against the Logto tenant in `LOGTO_ENDPOINT`. `CONTRIBUTING.md` says how to run the test.

use std::process::Command;

use tempfile::TempDir;

/// This test creates nothing in the tenant.
#[test]
#[ignore = "needs LOGTO_ENDPOINT, LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET of a tenant"]
fn a_manifest_pulled_from_a_real_tenant_is_in_sync() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("Cargo.toml"),
        "[package]\nname = \"a\"\n[workspace]\n",
    )
    .unwrap();
    for (arguments, exit) in [
        (["pull", "--check"].as_slice(), 1),
        (&["pull"], 0),
        (&["pull", "--check"], 0),
        (&["push", "--dry-run"], 0),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-logto"));
        let status = command
            .args(arguments)
            .current_dir(folder.path())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(exit), "{arguments:?}");
    }
}
