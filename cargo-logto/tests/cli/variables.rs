//! Tests environment variables whose values are blank, have blank entries, or are not UTF-8.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::support::{MANIFEST, PRODUCTS, Project, SOURCE, tenant};

#[test]
fn a_variable_that_is_not_utf_8_is_a_configuration_error_that_does_not_show_the_value() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    let value = OsStr::from_bytes(b"https://hidden.example.com/\xff");
    for (arguments, variable) in [
        (&["check"][..], "LOGTO_ENDPOINT"),
        (&["check"], "LOGTO_M2M_APP_ID"),
        (&["check"], "LOGTO_M2M_APP_SECRET"),
        (&["check"], "LOGTO_MANAGEMENT_RESOURCE"),
        (&["explain", "a.b.c"], "LOGTO_ENDPOINT"),
        (&["explain", "a.b.c"], "LOGTO_ISSUER"),
        (&["explain", "a.b.c"], "LOGTO_JWKS_URI"),
    ] {
        let mut command = project.command(arguments);
        let run = project.run_with("", command.env(variable, value));
        assert_eq!(run.exit, 2, "{variable}: {run:?}");
        let begin = format!("error: {variable} is not UTF-8; set it to ");
        assert!(run.stderr.starts_with(&begin), "{run:?}");
        assert!(!format!("{run:?}").contains("hidden"), "{run:?}");
    }
    assert_eq!(tenant.token_requests(), 0);
}

/// `Logto::from_env` reads these values in the same way. The key set is at the default URL.
#[test]
fn explain_skips_blank_values_and_blank_entries_as_the_program_does() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    let token = tenant.token().audience(PRODUCTS);
    let token = token.scopes(["read:products"]).mint();
    let issuer = format!("{}/oidc", tenant.endpoint());
    let keys = format!("{issuer}/jwks");
    let without = project.run(&["explain", &token]);
    assert_eq!(without.exit, 0, "{without:?}");
    for (variable, value) in [
        ("LOGTO_ISSUER", format!("{issuer},")),
        ("LOGTO_ISSUER", format!(" , {issuer} ,,")),
        ("LOGTO_ISSUER", " ".to_owned()),
        ("LOGTO_ISSUER", ",".to_owned()),
        ("LOGTO_JWKS_URI", " \t".to_owned()),
        ("LOGTO_JWKS_URI", format!(" {keys}\n")),
    ] {
        let mut command = project.command(&["explain", &token]);
        let run = project.run_with("", command.env(variable, &value));
        let case = format!("{variable}={value:?}: {run:?}");
        assert_eq!(run.exit, 0, "{case}");
        assert!(run.stdout.starts_with("valid token"), "{case}");
    }
}
