//! Tests environment variables whose values are not UTF-8.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use crate::support::{MANIFEST, Project, SOURCE, tenant};

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
