//! Tests `cargo logto matrix`. The command reads a JSON file, and prints a table of who may call which route.

use crate::support::Project;

const MATRIX: &str = r#"{
  "version": 1,
  "personas": [
    "nobody",
    "administrator of a|<b>"
  ],
  "routes": [
    {
      "method": "POST",
      "path": "/organizations/{organization_id}/members",
      "organization": "a|<b>",
      "access": "require_org_permission(\"invite:member\")",
      "asks": [{"organization_id":"a|<b>","scope":"invite:member"},{"resource":"https://api.example.com/"}],
      "cells": {
        "nobody": {"status":401,"code":"missing_token","challenge":"Bearer scope=\"invite:member\""},
        "administrator of a|<b>": {"status":200,"code":"granted"}
      }
    },
    {
      "method": "GET",
      "path": "/healthz",
      "organization": null,
      "access": "public",
      "asks": [],
      "cells": {
        "nobody": {"status":200,"code":"granted"},
        "administrator of a|<b>": {"status":200,"code":"granted"}
      }
    }
  ]
}
"#;

const MARKDOWN: &str = r"| route | guard | ask Logto for | nobody | administrator of a\|&lt;b&gt; |
|---|---|---|---|---|
| POST /organizations/\{organization\_id\}/members \(organization a\|&lt;b&gt;\) | require\_org\_permission\(&quot;invite:member&quot;\) | organization\_id=a\|&lt;b&gt; scope=invite:member *or* resource=https://api.example.com/ | 401 missing\_token | **200** |
| GET /healthz | public |  | **200** | **200** |
";

#[test]
fn matrix_prints_a_table_and_does_not_need_a_network() {
    let project = Project::new();
    project.write("matrix.json", MATRIX);
    project.write("other.json", MATRIX);
    for arguments in [
        &["matrix"][..],
        &["matrix", "--format", "markdown"],
        &["matrix", "other.json"],
    ] {
        let run = project.run(arguments);
        assert_eq!((run.exit, &*run.stderr), (0, ""), "{arguments:?}");
        assert_eq!(run.stdout, MARKDOWN, "{arguments:?}");
    }
    let piped = project.run_with(MATRIX, &mut project.command(&["matrix", "-"]));
    assert_eq!(piped.stdout, MARKDOWN);
}

#[test]
fn the_html_document_has_headings_and_escapes_names() {
    let project = Project::new();
    project.write("matrix.json", MATRIX);
    let run = project.run(&["matrix", "--format", "html"]);
    assert_eq!((run.exit, &*run.stderr), (0, ""));
    for part in [
        "<!doctype html>\n<html lang=\"en\">",
        "<caption>Who may call what</caption>",
        "<th scope=\"col\">administrator of a|&lt;b&gt;</th>",
        "<tr><th scope=\"row\"><code>GET /healthz</code></th>",
        "<td class=\"granted\">200 granted</td>",
        "<td>401 missing_token</td>",
        "<code>organization_id=a|&lt;b&gt; scope=invite:member</code> or <code>resource=",
    ] {
        assert!(run.stdout.contains(part), "{part} is not in {}", run.stdout);
    }
    assert!(!run.stdout.contains("<b>") && !run.stdout.contains("<script"));
}

#[test]
fn a_matrix_that_cannot_be_read_is_a_configuration_error() {
    let project = Project::new();
    for (name, text, says) in [
        (
            "missing.json",
            None,
            "name the file that `Matrix::assert_file` keeps",
        ),
        (
            "empty.json",
            Some(""),
            "to write it again, run the test with LOGTO_MATRIX=overwrite",
        ),
        (
            "other.json",
            Some("{\"personas\": []}"),
            "`version` is missing or not a number",
        ),
        (
            "newer.json",
            Some("{\"version\": 2}"),
            "use the same version of logto-runtime and cargo-logto",
        ),
    ] {
        if let Some(text) = text {
            project.write(name, text);
        }
        let run = project.run(&["matrix", name]);
        assert_eq!((run.exit, &*run.stdout), (2, ""), "{run:?}");
        assert!(
            run.stderr.contains(says) && run.stderr.contains(name),
            "{run:?}"
        );
    }
}

/// GitHub Actions obeys `::error::` at the start of a line, and `##[error]` anywhere in a line. A terminal
/// obeys control characters.
#[test]
fn a_name_in_a_matrix_cannot_begin_a_command_of_github_actions_or_control_a_terminal() {
    let name = r"x\r\n ::error::y ##[error]z \u001b[31m \u202e";
    let project = Project::new();
    project.write("matrix.json", &MATRIX.replace("a|<b>", name));
    for format in ["markdown", "html"] {
        let run = project.run(&["matrix", "--format", format]);
        assert_eq!(run.exit, 0, "{run:?}");
        for line in run.stdout.lines() {
            assert!(!line.trim_start().starts_with("::"), "{format}: {line}");
            assert!(!line.contains("##["), "{format}: {line}");
        }
        let controls = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!run.stdout.contains(controls), "{run:?}");
    }
}
