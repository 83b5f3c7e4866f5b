//! Formats findings and failures as annotations of GitHub Actions, which are workflow commands on stdout.

use std::{fmt::Write as _, path::Path};

use crate::{
    failure::Failure,
    finding::{Finding, Severity},
};

pub(super) fn findings(findings: &[Finding]) -> String {
    let prefix = folder_in_repository();
    let mut text = String::new();
    for finding in findings {
        text.push_str(match finding.severity {
            Severity::Error => "::error ",
            Severity::Warning => "::warning ",
        });
        if let Some(place) = &finding.place {
            let file = property(&format!("{prefix}{}", place.file));
            // Writing to a string does not fail.
            let _ = write!(text, "file={file},line={},", place.line);
            if let Some(column) = place.column {
                let _ = write!(text, "col={column},");
            }
        }
        let _ = writeln!(text, "title={}::{}", finding.code, data(&finding.message));
    }
    text
}

pub(super) fn failure(failure: &Failure) -> String {
    format!("::error title=cargo logto::{}", data(&failure.message))
}

/// Returns the path from the root of the repository to the current folder, with a slash at the end. The paths
/// of annotations begin at that root. Returns an empty string for the root itself, for a folder outside of
/// the repository, and without `GITHUB_WORKSPACE`.
fn folder_in_repository() -> String {
    let root = std::env::var_os("GITHUB_WORKSPACE").unwrap_or_default();
    let current = std::env::current_dir().unwrap_or_default();
    let root = Path::new(&root).canonicalize().unwrap_or_default();
    match current.strip_prefix(&root) {
        Ok(inner) if !root.as_os_str().is_empty() && !inner.as_os_str().is_empty() => {
            format!("{}/", inner.display())
        }
        _ => String::new(),
    }
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property of a workflow command, such as `file`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_begin_another_command() {
        let finding = Finding::error("code", "100%\n::error::x").at_line("a,b:c.rs", 3);
        assert_eq!(
            findings(&[finding]),
            "::error file=a%2Cb%3Ac.rs,line=3,title=code::100%25\\u{a}::error::x\n"
        );
        let failed = Failure::lines(["one", "two"].map(str::to_owned));
        assert_eq!(failure(&failed), "::error title=cargo logto::one%0Atwo");
    }
}
