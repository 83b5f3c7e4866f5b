//! Formats findings and failures as annotations of GitHub Actions, which are workflow commands on stdout.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use crate::{
    failure::Failure,
    finding::{Finding, Severity},
    text::plain,
};

pub(super) fn findings(findings: &[Finding]) -> String {
    let repository = repository();
    let mut text = String::new();
    for finding in findings {
        text.push_str(match finding.severity {
            Severity::Error => "::error ",
            Severity::Warning => "::warning ",
        });
        if let Some(place) = &finding.place {
            let file = property(&from_root(repository.as_deref(), &place.file));
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

/// Returns the root of the repository, or `None` without `GITHUB_WORKSPACE`.
fn repository() -> Option<PathBuf> {
    let root = std::env::var_os("GITHUB_WORKSPACE")?;
    Path::new(&root).canonicalize().ok()
}

/// Returns the path of a file from the root of the repository, where the paths of annotations begin. Returns
/// the path unchanged if the file is outside of the repository, or if the repository is not known.
fn from_root(repository: Option<&Path>, file: &str) -> String {
    // `join` returns an absolute path unchanged.
    let absolute = std::env::current_dir().unwrap_or_default().join(file);
    let inner = repository.and_then(|root| absolute.strip_prefix(root).ok());
    // The names of the folders above the current folder are not escaped yet.
    inner.map_or_else(
        || file.to_owned(),
        |inner| plain(&inner.display().to_string()),
    )
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
