//! Prints findings: for people, as JSON, or as annotations of GitHub Actions.

mod count;
mod github;
mod human;
mod json;

pub(crate) use self::human::failure;
use crate::{cli::Format, failure::Failure, finding::Finding};

/// Returns the format that the command line names. In GitHub Actions, the default is the format for GitHub
/// Actions. Elsewhere, the default is the format for people.
pub(crate) fn format(asked: Option<Format>) -> Format {
    asked.unwrap_or_else(|| match std::env::var_os("GITHUB_ACTIONS") {
        Some(set) if set == "true" => Format::Github,
        _ => Format::Human,
    })
}

/// Prints the findings to stdout. Prints a summary to stderr, except for JSON.
pub(crate) fn print(format: Format, findings: &[Finding]) {
    match format {
        // Without this case, an empty list would print an empty line.
        Format::Human | Format::Github if findings.is_empty() => {}
        Format::Human => out!("{}", human::findings(findings).trim_end()),
        Format::Json => out!("{}", json::findings(findings)),
        Format::Github => out!("{}", github::findings(findings).trim_end()),
    }
    if format != Format::Json {
        note!("{}", human::summary(findings));
    }
}

/// Prints findings to stderr, for people. For a command whose output is not about findings.
pub(crate) fn note(findings: &[Finding]) {
    if !findings.is_empty() {
        note!("{}", human::findings(findings).trim_end());
    }
}

/// Prints the failure of a check to stdout, as JSON or as an annotation. In the format for people, prints
/// nothing, because `main` prints every failure to stderr.
pub(crate) fn print_failure(format: Format, failure: &Failure) {
    match format {
        Format::Human => {}
        Format::Json => out!("{}", json::failure(failure)),
        Format::Github => out!("{}", github::failure(failure)),
    }
}
