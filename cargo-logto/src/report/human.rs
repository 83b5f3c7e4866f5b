//! Formats findings and failures for people: like rustc, in colour on a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::count::count;
use crate::{
    failure::Failure,
    finding::{Finding, Severity},
    text::counted,
};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const ARROW: Style = AnsiColor::Blue.on_default().bold();

pub(super) fn findings(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let (style, word) = match finding.severity {
            Severity::Error => (ERROR, "error"),
            Severity::Warning => (WARNING, "warning"),
        };
        let (code, message) = (finding.code, &finding.message);
        // Writing to a string does not fail.
        let _ = writeln!(text, "{style}{word}[{code}]{style:#}: {message}");
        if let Some(place) = &finding.place {
            let (file, line) = (&place.file, place.line);
            let column = place.column.map(|column| format!(":{column}"));
            let column = column.unwrap_or_default();
            let _ = writeln!(text, " {ARROW}-->{ARROW:#} {file}:{line}{column}");
        }
    }
    text
}

pub(super) fn summary(findings: &[Finding]) -> String {
    match (
        count(findings, Severity::Error),
        count(findings, Severity::Warning),
    ) {
        (0, 0) => "in sync".to_owned(),
        (errors, warnings) => format!(
            "{}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }
}

/// Returns the error message of a failed command.
pub(crate) fn failure(failure: &Failure) -> String {
    format!("{ERROR}error{ERROR:#}: {}", failure.message)
}
