//! Tests `check` against a tenant: the findings, and the failures that end a check.

use http::StatusCode;
use logto_runtime::test_util::{
    Client, Fault, Membership, TenantEndpoint, TestTenant, TestTenantBuilder,
};

use crate::support::{
    Gone, MANAGEMENT_API, MANIFEST, PRODUCTS, Project, SECRET, SOURCE, codes, message, tenant,
};

pub(crate) fn found(
    tenant: TestTenantBuilder,
    manifest: &str,
    source: &str,
) -> (i32, serde_json::Value) {
    let tenant = tenant.start();
    Project::with(manifest, source).of(&tenant).findings(&[])
}

fn manager() -> TestTenantBuilder {
    TestTenant::builder().client(Client::new("manager", SECRET).scopes(MANAGEMENT_API, ["all"]))
}

#[test]
fn a_project_in_sync_with_its_tenant_has_no_findings() {
    let (exit, document) = found(tenant(), MANIFEST, SOURCE);
    assert_eq!((exit, codes(&document)), (0, vec![]), "{document:#}");
}

#[test]
fn a_scope_or_permission_that_was_renamed_in_the_tenant_is_found() {
    let tenant = manager()
        .resource(PRODUCTS, ["read:product", "write:products"])
        .organization_permissions(["invite:members"]);
    let (exit, document) = found(tenant, MANIFEST, SOURCE);
    assert_eq!(exit, 1);
    assert_eq!(
        codes(&document),
        [
            "error scope_not_in_tenant logto.toml:4",
            "error permission_not_in_tenant logto.toml:7",
            "warning permission_only_in_tenant logto.toml:1",
            "warning scope_only_in_tenant logto.toml:1",
        ]
    );
    for (code, renamed) in [
        ("scope_not_in_tenant", "but `read:product`: was it renamed?"),
        (
            "permission_not_in_tenant",
            "but `invite:members`: was it renamed?",
        ),
    ] {
        let message = message(&document, code);
        assert!(message.contains(renamed), "{message}");
    }
}

#[test]
fn a_guard_of_a_resource_that_the_tenant_lacks_is_an_error() {
    let tenant = manager()
        .resource("https://api.example.com/product", [""; 0])
        .organization_permissions(["invite:member"]);
    let (exit, document) = found(tenant, MANIFEST, SOURCE);
    assert_eq!(exit, 1);
    assert_eq!(
        codes(&document),
        [
            "error resource_not_in_tenant logto.toml:1",
            "error guard_resource_not_in_tenant src/main.rs:3",
            "warning resource_only_in_tenant logto.toml:1",
        ]
    );
    let hint = message(&document, "resource_not_in_tenant");
    assert!(
        hint.contains("did you mean `https://api.example.com/product`?"),
        "{hint}"
    );
    let others = message(&document, "guard_resource_not_in_tenant");
    assert!(others.contains("and 1 other guard"), "{others}");
}

#[test]
fn a_name_that_only_the_tenant_has_is_a_warning() {
    let tenant = tenant()
        .resource(PRODUCTS, ["delete:products"])
        .resource("https://new.example.com", [""; 0])
        .organization_permissions(["manage:billing", "two words"])
        .resource("not a url", [""; 0]);
    let (exit, document) = found(tenant, MANIFEST, SOURCE);
    assert_eq!(exit, 0);
    assert_eq!(
        codes(&document),
        [
            "warning permission_only_in_tenant logto.toml:1",
            "warning resource_only_in_tenant logto.toml:1",
            "warning scope_only_in_tenant logto.toml:1",
        ],
        "names that the file can't declare are left out"
    );
}

#[test]
fn check_advises_to_pull_a_scope_that_only_the_tenant_and_a_guard_have() {
    let tenant = tenant().resource(PRODUCTS, ["delete:products"]);
    let source = format!("{SOURCE}#[require_scopes(\"delete:products\")] async fn d() {{}}\n");
    let (exit, document) = found(tenant, MANIFEST, &source);
    assert_eq!(exit, 1);
    let message = message(&document, "unknown_scope");
    assert!(
        message.ends_with(&format!(
            "; the tenant has the scope `delete:products` of {PRODUCTS}: run `cargo logto pull`"
        )),
        "{message}"
    );
}

#[test]
fn a_resource_with_an_indicator_that_logto_reserves_is_a_warning() {
    let tenant = tenant().resource("urn:logto:organization:acme", ["invite:member"]);
    let (exit, document) = found(tenant, MANIFEST, SOURCE);
    assert_eq!(
        (exit, codes(&document)),
        (0, vec!["warning reserved_indicator -:0".to_owned()])
    );
}

#[test]
fn an_organization_role_that_grants_the_scope_of_a_global_guard_is_a_warning() {
    let granting = |source: &str| {
        let member = Membership::new().scopes(PRODUCTS, ["read:products"]);
        let tenant = tenant().client(Client::new("member", SECRET).member_of("acme", member));
        codes(&found(tenant, MANIFEST, source).1)
    };
    let code = "warning global_scope_in_organization_role";
    assert_eq!(
        granting(SOURCE),
        [
            format!("{code} src/main.rs:3"),
            format!("{code} src/main.rs:6")
        ]
    );
    let any = SOURCE
        .replace(
            "require_scopes(\"read:products\"",
            "require_scopes(\"read:products\", org = any",
        )
        .replace(
            "resource = \"products\"",
            "resource = \"products\", org = any",
        );
    assert_eq!(granting(&any), [""; 0]);
    for (argument, found) in [
        ("subject = user", 1),
        ("subject = path(\"id\")", 1),
        ("client = \"app\"", 1),
        // Such a guard refuses users.
        ("subject = machine", 0),
        ("subject = machine, client = \"app\"", 0),
    ] {
        let guard = format!("#[require_scopes(\"read:products\", {argument})]\nfn f() {{}}\n");
        let codes = granting(&guard).into_iter();
        let codes = codes.filter(|it| it.starts_with(code));
        assert_eq!(codes.count(), found, "{argument}");
    }
}

#[test]
fn strict_turns_warnings_into_errors() {
    let tenant = tenant()
        .resource("https://new.example.com", [""; 0])
        .start();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    assert_eq!(project.findings(&[]).0, 0);
    let (exit, document) = project.findings(&["--strict"]);
    assert_eq!(exit, 1);
    assert_eq!(
        codes(&document),
        ["error resource_only_in_tenant logto.toml:1"]
    );
}

#[test]
fn a_name_of_the_tenant_cannot_control_the_terminal() {
    let tenant = tenant().resource("urn:logto:\u{1b}[31m", [""; 0]).start();
    let run = Project::with(MANIFEST, SOURCE).of(&tenant).run(&["check"]);
    assert!(run.stdout.contains("\\u{1b}[31m"), "{run:?}");
}

#[test]
fn a_missing_variable_or_an_unencrypted_endpoint_is_a_configuration_error() {
    for variable in ["LOGTO_ENDPOINT", "LOGTO_M2M_APP_ID", "LOGTO_M2M_APP_SECRET"] {
        let project = Project::with(MANIFEST, SOURCE).endpoint("http://127.0.0.1:1");
        let mut command = project.command(&["check"]);
        let run = project.run_with("", command.env_remove(variable));
        assert_eq!(run.exit, 2, "{run:?}");
        assert!(
            run.stderr
                .starts_with(&format!("error: {variable} is not set; ")),
            "{run:?}"
        );
    }
    let run = Project::with(MANIFEST, SOURCE)
        .endpoint("http://tenant.example.com")
        .run(&["check"]);
    assert_eq!(run.exit, 2, "{run:?}");
    assert!(
        run.stderr.contains("would send the secret unencrypted"),
        "{run:?}"
    );
}

#[test]
fn check_ends_with_3_if_the_tenant_refuses_or_is_out_of_reach() {
    let tenant = tenant().start();
    let project = || Project::with(MANIFEST, SOURCE).of(&tenant);
    let run = project()
        .client("nobody")
        .run(&["check", "--format", "json"]);
    assert_eq!(run.exit, 3, "{run:?}");
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["failure"]["exit"], 3);
    assert!(
        run.stderr
            .contains("assign the role `Logto Management API access`"),
        "{run:?}"
    );

    let run = project().client("stranger").run(&["check"]);
    assert_eq!(run.exit, 3);
    assert!(run.stderr.contains("check LOGTO_M2M_APP_ID"), "{run:?}");

    let project = project();
    let mut command = project.command(&["check"]);
    let other = command.env("LOGTO_MANAGEMENT_RESOURCE", "https://x.logto.app/api");
    let run = project.run_with("", other);
    assert_eq!(run.exit, 3);
    assert!(
        run.stderr.contains("set LOGTO_MANAGEMENT_RESOURCE"),
        "{run:?}"
    );

    let busy = Fault::answer(
        StatusCode::SERVICE_UNAVAILABLE,
        [("retry-after", "3600")],
        "a page with inner details",
    );
    tenant.fault(TenantEndpoint::Management, busy);
    let run = project.run(&["check"]);
    assert_eq!(run.exit, 3);
    assert!(
        run.stderr.contains("answers 503, and asks to wait 3600 s"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("inner details"), "{run:?}");

    let gone = Gone::new();
    let run = project.endpoint(&gone.endpoint()).run(&["check"]);
    assert_eq!(run.exit, 3);
    assert!(
        run.stderr
            .starts_with("error: can't reach http://127.0.0.1:"),
        "{run:?}"
    );
}
