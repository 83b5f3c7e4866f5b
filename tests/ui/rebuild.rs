//! After a change of `logto.toml`, cargo must rebuild only the crates of a workspace that use this file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// A crate that uses the `logto.toml` of the workspace.
const SHARED: &str = r#"
#[logto_runtime::require_scopes("read:products")]
pub async fn list() {}
"#;
/// A crate that uses its own `logto.toml`, and `logto-runtime` under another name.
const OWN: &str = r#"
guards::scopes!(crate = guards);

#[guards::require_scopes(scopes::READ_PLANETS, "write:planets", crate = guards)]
pub async fn list() {}

#[guards::public(crate = guards)]
pub async fn health() {}
"#;
/// A crate without attributes, which does not use a `logto.toml`.
const NONE: &str = "pub async fn list(_: logto_runtime::AuthInfo) {}\n";

fn manifest(scopes: &str) -> String {
    format!(
        "[[resource]]\nindicator = \"https://api.example.com\"\ndefault = true\n\
         scopes = [{scopes}]\n"
    )
}

struct Workspace(PathBuf);

impl Workspace {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
        let _ = fs::remove_dir_all(&root);
        let workspace = Self(root);
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let runtime = ours.join("logto-runtime");
        workspace.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
        );
        workspace.write("logto.toml", &manifest("\"read:products\""));
        workspace.write(
            "crates/own/logto.toml",
            &manifest("\"read:planets\", \"write:planets\""),
        );
        for (name, dependency, source) in [
            ("shared", "logto-runtime = {", SHARED),
            ("own", "guards = { package = \"logto-runtime\",", OWN),
            ("none", "logto-runtime = {", NONE),
        ] {
            workspace.write(&format!("crates/{name}/src/lib.rs"), source);
            workspace.write(
                &format!("crates/{name}/Cargo.toml"),
                &format!(
                    "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                     [dependencies]\n{dependency} path = {runtime:?} }}\n"
                ),
            );
        }
        fs::copy(ours.join("Cargo.lock"), workspace.0.join("Cargo.lock")).unwrap();
        workspace
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.0.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn check(&self) -> Output {
        // In the target folder of trybuild, most dependencies are already compiled with the same flags.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let target = target.join("tests/trybuild");
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([
                "check",
                "--offline",
                "--keep-going",
                "--message-format=json",
                "--target",
                &host(),
            ])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .unwrap()
    }

    /// Checks the workspace. Returns the members that were compiled, and the compiler's messages.
    fn compiled(&self) -> (Vec<String>, String) {
        let output = self.check();
        let mut members = Vec::new();
        let mut said = String::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let message: Value = serde_json::from_str(line).unwrap();
            let name = message["target"]["name"].as_str().unwrap_or_default();
            if !["shared", "own", "none"].contains(&name) {
                continue;
            }
            match message["reason"].as_str() {
                Some("compiler-artifact") if message["fresh"] == false => {
                    members.push(name.to_owned());
                }
                Some("compiler-message") => {
                    said += message["message"]["rendered"].as_str().unwrap_or_default();
                }
                _ => {}
            }
        }
        members.sort();
        assert!(
            output.status.success() || !said.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        (members, said)
    }
}

/// Returns the host target. Like trybuild, `check` passes it as `--target`. Without `--target`, cargo would
/// also use `RUSTFLAGS` for proc macros, and could not reuse what trybuild has compiled.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap().to_owned()
}

pub(super) fn a_change_of_the_manifest_rebuilds_the_crates_that_use_it() {
    let workspace = Workspace::new();
    let nothing = (Vec::new(), String::new());
    let only = |name: &str| (vec![name.to_owned()], String::new());

    let (first, said) = workspace.compiled();
    assert_eq!((first.len(), said.as_str()), (3, ""), "{first:?}");
    assert_eq!(workspace.compiled(), nothing);

    workspace.write(
        "logto.toml",
        &manifest("\"read:products\", \"write:products\""),
    );
    assert_eq!(workspace.compiled(), only("shared"));

    workspace.write(
        "crates/own/logto.toml",
        &manifest("\"write:planets\", \"read:planets\""),
    );
    assert_eq!(workspace.compiled(), only("own"));
    assert_eq!(workspace.compiled(), nothing);

    workspace.write("logto.toml", &manifest("\"write:products\""));
    let (compiled, said) = workspace.compiled();
    assert_eq!(compiled, Vec::<String>::new());
    assert!(
        said.contains(
            "unknown scope `read:products` for https://api.example.com; \
             did you mean `write:products`?"
        ),
        "{said}"
    );
}
