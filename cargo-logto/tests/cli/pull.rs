//! Tests `pull`, which writes or updates `logto.toml` from the tenant.

use std::{fs, path::Path};

use pulled as _;

use crate::support::{PRODUCTS, Project, SOURCE, tenant};

#[test]
fn a_new_file_is_in_sync_with_the_tenant() {
    let tenant = tenant().start();
    let project = Project::new().of(&tenant);
    project.write("src/main.rs", SOURCE);

    let run = project.run(&["pull", "--check"]);
    assert_eq!(run.exit, 1, "{run:?}");
    assert!(
        run.stdout
            .contains("+indicator = \"https://api.example.com/products\""),
        "{run:?}"
    );
    assert!(!project.path().join("logto.toml").exists());

    let run = project.run(&["pull"]);
    assert_eq!(
        (run.exit, &*run.stderr),
        (0, "wrote logto.toml\n"),
        "{run:?}"
    );
    let file = project.read("logto.toml");
    let written = "\n[[resource]]\nindicator = \"https://api.example.com/products\"\nname = \
                   \"products\"\ndefault = true\nscopes = [\"read:products\", \"write:products\"]\n\n\
                   [organization]\npermissions = [\"invite:member\"]\n";
    assert!(file.ends_with(written), "{file}");

    assert_eq!(project.run(&["check"]).exit, 0);
    let run = project.run(&["pull", "--check"]);
    assert_eq!((run.exit, &*run.stdout), (0, ""), "{run:?}");
    assert!(
        run.stderr
            .starts_with("logto.toml is in sync with http://127.0.0.1:"),
        "{run:?}"
    );
}

#[test]
fn pull_writes_the_nearest_file_or_else_the_file_of_the_workspace() {
    let tenant = tenant().start();
    let project = Project::new().of(&tenant);
    project.write("member/Cargo.toml", "[package]\nname = \"m\"\n");
    let pull = |folder: &str, arguments: &[&str]| {
        let mut command = project.command(&[&["pull"], arguments].concat());
        let run = project.run_with("", command.current_dir(project.path().join(folder)));
        assert_eq!(run.exit, 0, "{run:?}");
    };
    pull("member", &[]);
    assert!(project.path().join("logto.toml").exists());
    project.write("member/logto.toml", "");
    pull(".", &["--manifest-path", "member/Cargo.toml"]);
    assert!(project.read("member/logto.toml").contains(PRODUCTS));
}

#[test]
fn an_existing_file_is_updated_and_each_removed_name_is_printed() {
    let tenant = tenant().organization_permissions(["read all"]).start();
    let before = "# ours\n[[resource]]\nindicator = \"https://api.example.com/products\"\n\
                  name = \"shop\"\nscopes = [\n    \"write:products\", # careful\n    \"old\",\n]\n";
    let project = Project::with(before, SOURCE).of(&tenant);
    let run = project.run(&["pull"]);
    assert_eq!(run.exit, 0, "{run:?}");
    for warning in [
        "warning: removed `old` (scope of https://api.example.com/products): the tenant does not \
         have it\n",
        "warning: skipped the organization permission `read all`: a scope can't contain white space",
    ] {
        assert!(run.stderr.contains(warning), "{run:?}");
    }
    let file = project.read("logto.toml");
    assert!(
        file.starts_with(
            "# ours\n[[resource]]\nindicator = \"https://api.example.com/products\"\nname = \
             \"shop\"\nscopes = [\n    \"write:products\", # careful\n    \"read:products\",\n]\n"
        ),
        "{file}"
    );
    assert!(file.contains("permissions = [\"invite:member\"]"), "{file}");
}

#[test]
fn pull_with_the_option_resource_leaves_out_other_resources() {
    let tenant = tenant()
        .resource("https://other.example.com", ["x"])
        .start();
    let project = Project::new().of(&tenant);
    let run = project.run(&["pull", "--resource", PRODUCTS]);
    assert_eq!(run.exit, 0, "{run:?}");
    let file = project.read("logto.toml");
    assert!(
        file.contains(PRODUCTS) && !file.contains("other.example.com"),
        "{file}"
    );

    let run = project.run(&["pull", "--resource", "https://api.example.com/product"]);
    assert_eq!(run.exit, 2, "{run:?}");
    assert!(
        run.stderr
            .contains("did you mean `https://api.example.com/products`?"),
        "{run:?}"
    );
}

#[test]
fn a_file_with_mistakes_is_left_alone() {
    let tenant = tenant().start();
    let project = Project::with("[tenant]\n", "").of(&tenant);
    let run = project.run(&["pull"]);
    assert_eq!(run.exit, 2, "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: logto.toml:1: unknown key `tenant`"),
        "{run:?}"
    );
    assert_eq!(project.read("logto.toml"), "[tenant]\n");
    assert_eq!(tenant.management_requests(), 0);
}

/// `scopes!()` turns the pulled names into modules and constants. They must compile, so the package of these
/// tests depends on the crate `pulled`, which has this file.
#[test]
fn the_pulled_file_compiles() {
    let tenant = tenant()
        .resource(PRODUCTS, ["type", "2fa", "a.b-c", "*"])
        .resource("https://api.example.com/self", ["read:products", "x"])
        .resource("https://api.example.com/org", ["read:data"])
        .organization_permissions(["manage:billing"])
        .start();
    let project = Project::new().of(&tenant);
    let run = project.run(&["pull"]);
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(
        run.stderr.contains("no resource is marked as the default"),
        "{run:?}"
    );
    let file = project.read("logto.toml");
    let marked = file.replace(
        "name = \"products\"\n",
        "name = \"products\"\ndefault = true\n",
    );
    let compiled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/pulled/logto.toml");
    assert_eq!(marked, fs::read_to_string(compiled).unwrap());
}
