//! Creates projects in temporary folders, and runs `cargo-logto` there.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use logto_runtime::test_util::{Client, Membership, TestTenant, TestTenantBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpSocket;

pub(crate) const MANAGEMENT_API: &str = "https://default.logto.app/api";
pub(crate) const PRODUCTS: &str = "https://api.example.com/products";
pub(crate) const SECRET: &str = "s3cret-of-the-application";

/// A crate in a temporary folder.
pub(crate) struct Project {
    folder: TempDir,
    endpoint: Option<String>,
    client: &'static str,
}

/// The exit code of a run, and what the run printed.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        let project = Self {
            folder: TempDir::new().unwrap(),
            endpoint: None,
            client: "manager",
        };
        project.write("Cargo.toml", "[package]\nname = \"app\"\n\n[workspace]\n");
        project
    }

    /// Creates a project with this `logto.toml` and `src/main.rs`.
    pub(crate) fn with(manifest: &str, source: &str) -> Self {
        let project = Self::new();
        project.write("logto.toml", manifest);
        project.write("src/main.rs", source);
        project
    }

    pub(crate) fn of(mut self, tenant: &TestTenant) -> Self {
        self.endpoint = Some(tenant.endpoint().to_owned());
        self
    }

    pub(crate) fn endpoint(mut self, endpoint: &str) -> Self {
        self.endpoint = Some(endpoint.to_owned());
        self
    }

    pub(crate) fn client(mut self, client: &'static str) -> Self {
        self.client = client;
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// Returns a command in the project's folder.
    ///
    /// If the project has an endpoint, the command gets the variables of the tenant. From the environment of
    /// this process, the command gets only the variables that cargo needs. Other variables could switch
    /// colours on, choose the format for GitHub, or set a proxy.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-logto"));
        command
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| {
                let name = name.to_string_lossy();
                ["PATH", "HOME", "TMPDIR"].contains(&&*name)
                    || ["CARGO", "RUSTUP", "LD_LIBRARY"]
                        .iter()
                        .any(|start| name.starts_with(start))
                        && !name.starts_with("CARGO_TERM")
            }));
        if let Some(endpoint) = &self.endpoint {
            command
                .env("LOGTO_ENDPOINT", endpoint)
                .env("LOGTO_M2M_APP_ID", self.client)
                .env("LOGTO_M2M_APP_SECRET", SECRET);
        }
        command.current_dir(self.path()).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with("", &mut self.command(arguments))
    }

    /// Runs a command with this text on its standard input.
    pub(crate) fn run_with(&self, input: &str, command: &mut Command) -> Run {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program can end without reading its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Run::from(child.wait_with_output().unwrap())
    }

    /// Runs `check --format json`, and returns the exit code and the document.
    pub(crate) fn findings(&self, arguments: &[&str]) -> (i32, Value) {
        let run = self.run(&[&["check", "--format", "json"], arguments].concat());
        let document = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
        (run.exit, document)
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let run = Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains(SECRET), "the secret was printed: {text}");
            assert!(
                !text.contains('\u{1b}'),
                "colours without a terminal: {text}"
            );
        }
        run
    }
}

/// Returns `severity code file:line` of each finding.
pub(crate) fn codes(document: &Value) -> Vec<String> {
    let findings = document["findings"].as_array().unwrap().iter();
    let each = findings.map(|it| {
        let text = |field: &str| it[field].as_str().unwrap_or("-").to_owned();
        let line = it["line"].as_u64().unwrap_or_default();
        let (severity, code, file) = (text("severity"), text("code"), text("file"));
        format!("{severity} {code} {file}:{line}")
    });
    each.collect()
}

/// Returns the message of the finding with this code.
pub(crate) fn message<'a>(document: &'a Value, code: &str) -> &'a str {
    let mut findings = document["findings"].as_array().unwrap().iter();
    let found = findings.find(|it| it["code"] == code);
    found.unwrap_or_else(|| panic!("{code}: {document:#}"))["message"]
        .as_str()
        .unwrap()
}

/// An endpoint at which nobody listens. While this value exists, no other test gets the port.
pub(crate) struct Gone(TcpSocket);

impl Gone {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// Returns the issuer of the tokens of a tenant with this endpoint.
    pub(crate) fn issuer(&self) -> String {
        format!("{}/oidc", self.endpoint())
    }
}

/// Returns a builder of a tenant with one resource, one organization and one organization permission. The
/// application `manager` has roles, and the application `nobody` does not.
pub(crate) fn tenant() -> TestTenantBuilder {
    let member = Membership::new().permissions(["invite:member"]);
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .organization("acme")
        .organization_permissions(["invite:member"])
        .client(
            Client::new("manager", SECRET)
                .scopes(MANAGEMENT_API, ["all"])
                .scopes(PRODUCTS, ["read:products"])
                .member_of("acme", member),
        )
        .client(Client::new("nobody", SECRET))
}

/// A `logto.toml` that is in sync with `tenant`.
pub(crate) const MANIFEST: &str = r#"[[resource]]
indicator = "https://api.example.com/products"
name = "products"
scopes = ["read:products", "write:products"]

[organization]
permissions = ["invite:member"]
"#;

/// Guards that use all of `MANIFEST`.
pub(crate) const SOURCE: &str = r#"use logto_runtime::{require_org_permission, require_scopes};

#[require_scopes("read:products")]
async fn list() {}

#[require_scopes(any("write:products", "read:products"), resource = "products")]
pub struct Write;

#[require_org_permission("invite:member", org = path("id"))]
async fn invite() {}
"#;
