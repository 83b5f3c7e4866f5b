//! Tests that names in the tenant and names of files do not control a terminal or GitHub Actions.

use logto_runtime::test_util::{Client, Hook, Membership, TestTenant};

use crate::support::{MANAGEMENT_API, MANIFEST, PRODUCTS, Project, Run, SECRET, SOURCE};

/// Text that a terminal or GitHub Actions would obey.
const NASTY: [&str; 9] = [
    "\u{1b}[31mred",
    "\u{9b}31mred",
    "a\n::error::x",
    "a\r\n  ::add-mask::x",
    "##[error]x",
    "\u{202e}reversed",
    "\u{2028}::error::x",
    "\u{7}bell\u{8}",
    "::error::x",
];

/// Checks that the output does not control anything. If `github` is true, lines of stdout may begin with
/// `::error ` or `::warning `.
fn harmless(run: &Run, what: &str, github: bool) {
    for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        let is_control =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{2028}'..='\u{202e}');
        assert!(!text.contains(is_control), "{what} {stream}: {text:?}");
        assert!(!text.contains("##["), "{what} {stream}: {text:?}");
        for line in text.lines() {
            let is_command = line.trim_start().starts_with("::");
            let is_ours = github
                && stream == "stdout"
                && (line.starts_with("::error ") || line.starts_with("::warning "));
            assert!(!is_command || is_ours, "{what} {stream}: {text:?}");
        }
    }
}

fn tenant(nasty: &str) -> TestTenant {
    let url = format!("https://api.example.com/webhooks/{nasty}");
    let role = Membership::new().scopes(PRODUCTS, ["read:products"]);
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", &format!("s{nasty}")])
        .resource(&format!("urn:logto:{nasty}"), [""; 0])
        .resource(&format!("https://api.example.com/{nasty}"), [""; 0])
        .resource(nasty, [""; 0])
        .organization("acme")
        .organization_permissions([format!("p{nasty}")])
        .client(Client::new("manager", SECRET).scopes(MANAGEMENT_API, ["all"]))
        .client(Client::new("member", SECRET).member_of("acme", role))
        .hook(Hook::new(&url, ["User.Deleted"]).delivered("User.Deleted", 500))
        .start()
}

#[test]
fn names_of_the_tenant_are_harmless_in_every_command_and_format() {
    const REVOKING: &str = "fn f(r: Revocations) { x.route(PATH, r.webhook([key])); }";
    for nasty in NASTY {
        let tenant = tenant(nasty);
        let project = Project::with(MANIFEST, &format!("{SOURCE}{REVOKING}")).of(&tenant);
        for arguments in [
            ["check", "--format", "human"].as_slice(),
            &["check", "--format", "json"],
            &["check", "--format", "github"],
            &["push", "--dry-run"],
            &["pull", "--check"],
            &["pull", "--resource", "https://api.example.com/unknown"],
            &[
                "pull",
                "--resource",
                &format!("https://api.example.com/{nasty}x"),
            ],
            &["token", "--resource", &format!("urn:{nasty}")],
            &["token", "--resource", PRODUCTS, "--scope", nasty],
            &["token", "--organization", nasty],
            &["explain", nasty],
            &["pull"],
            &["pull", "--check"],
        ] {
            let run = project.run(arguments);
            assert!((0..=3).contains(&run.exit), "{arguments:?}: {run:?}");
            let run = Run {
                // JSON has its own escapes, so this output is not checked.
                stdout: match arguments {
                    ["check", "--format", "json"] => String::new(),
                    _ => run.stdout,
                },
                ..run
            };
            harmless(
                &run,
                &format!("{arguments:?}"),
                arguments.contains(&"github"),
            );
        }
    }
}

#[test]
fn names_of_files_are_harmless() {
    for nasty in NASTY {
        let project = Project::with(MANIFEST, SOURCE);
        project.write(&format!("src/{nasty}.rs"), "fn f( {");
        project.write(
            &format!("src/{nasty}_guard.rs"),
            "#[require_scopes(\"a\")] fn f() {}",
        );
        for format in ["human", "github"] {
            let run = project.run(&["check", "--offline", "--format", format]);
            assert_eq!(run.exit, 1, "{run:?}");
            harmless(&run, format, format == "github");
        }
        let missing = format!("{nasty}/Cargo.toml");
        let run = project.run(&["check", "--offline", "--manifest-path", &missing]);
        assert_eq!(run.exit, 2, "{run:?}");
        harmless(&run, "--manifest-path", false);

        // Each mistake in this `logto.toml` is printed on a line of its own. The second line begins with the
        // path of the file, and so with the nasty text.
        let folder = format!("{nasty}_folder");
        project.write(&format!("{folder}/Cargo.toml"), "[package]\nname = \"p\"\n");
        project.write(&format!("{folder}/logto.toml"), "[tenant]\n[other]\n");
        let within = format!("{folder}/Cargo.toml");
        for format in ["human", "github"] {
            let arguments = ["check", "--offline", "--format", format];
            let run = project.run(&[&arguments, ["--manifest-path", &within].as_slice()].concat());
            assert_eq!(run.exit, 2, "{run:?}");
            harmless(&run, format, format == "github");
        }
    }
}

#[test]
fn texts_of_the_source_and_of_the_manifest_are_harmless() {
    const SCOPE: &str = "##[error]scope";
    let tenant = crate::support::tenant().start();
    let token = tenant.token().user("alice").scopes(["read:products"]);
    let token = token.mint();
    for nasty in NASTY {
        let source = format!(
            "#[require_auth(subject = path({nasty:?}))]\nstruct Own;\n\
             #[require_any(Own)]\nfn own() {{}}\n\
             #[require_auth(client = {nasty:?}, resource = {nasty:?})]\nfn client() {{}}\n\
             #[require_scopes({nasty:?}, {SCOPE:?})]\nfn scopes() {{}}\n\
             fn f(r: Revocations) {{ x.route({:?}, r.webhook([key])); }}\n",
            format!("/{nasty}")
        );
        let manifest = format!(
            "[[resource]]\nindicator = \"{PRODUCTS}\"\nscopes = [\"read:products\", {SCOPE:?}]\n\
             [organization]\npermissions = [{SCOPE:?}]\n"
        );
        let project = Project::with(&manifest, &source).of(&tenant);
        for arguments in [
            ["check", "--format", "human"].as_slice(),
            &["check", "--format", "github"],
            &["push", "--dry-run"],
            &["explain", &token],
        ] {
            let run = project.run(arguments);
            assert!((0..=1).contains(&run.exit), "{arguments:?}: {run:?}");
            assert!(!run.stdout.is_empty(), "{arguments:?}: {run:?}");
            let is_github = arguments.contains(&"github");
            harmless(&run, arguments[0], is_github);
        }
    }
}

/// A workflow can run the check in a folder of the repository.
#[test]
fn the_name_of_the_current_folder_is_harmless() {
    for nasty in NASTY {
        let repository = Project::new();
        let file = |name: &str| format!("{nasty}_folder/{name}");
        repository.write(&file("Cargo.toml"), "[package]\nname = \"p\"\n");
        repository.write(&file("logto.toml"), MANIFEST);
        repository.write(&file("src/main.rs"), "#[require_scopes(\"a\")] fn f() {}");
        let mut command = repository.command(&["check", "--offline", "--format", "github"]);
        command
            .current_dir(repository.path().join(file("")))
            .env("GITHUB_WORKSPACE", repository.path());
        let run = repository.run_with("", &mut command);
        assert_eq!(run.exit, 1, "{run:?}");
        assert!(run.stdout.contains("_folder/src/main.rs,"), "{run:?}");
        harmless(&run, "github", true);
    }
}

#[test]
fn a_malformed_token_from_the_tenant_is_refused() {
    use http::StatusCode;
    use logto_runtime::test_util::{Fault, TenantEndpoint};

    for token in ["\\u001b[31m", "a\\nb", "", "a b", "é"] {
        let tenant = crate::support::tenant().start();
        let body = format!(r#"{{"access_token":"{token}","expires_in":60,"scope":"all"}}"#);
        tenant.fault(
            TenantEndpoint::Token,
            Fault::answer(StatusCode::OK, [], body),
        );
        let project = Project::with(MANIFEST, SOURCE).of(&tenant);
        for arguments in [["token", "--resource", PRODUCTS].as_slice(), &["check"]] {
            let run = project.run(arguments);
            assert_eq!((run.exit, &*run.stdout), (3, ""), "{token}: {run:?}");
            assert!(run.stderr.contains("POST /oidc/token"), "{run:?}");
        }
    }
}
