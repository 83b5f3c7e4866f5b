//! The findings of `cargo logto check`.

use crate::text::plain;

/// A place in a file. Lines and columns are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The path for messages. It is relative to the current folder if that folder contains the file.
    pub(crate) file: String,
    pub(crate) line: usize,
    /// `None` for a whole line.
    pub(crate) column: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// A problem that the check found. The message ends with the fix, if one is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// A stable code.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) place: Option<Place>,
}

impl Finding {
    pub(crate) fn error(code: &'static str, message: impl AsRef<str>) -> Self {
        Self::new(Severity::Error, code, message.as_ref())
    }

    pub(crate) fn warning(code: &'static str, message: impl AsRef<str>) -> Self {
        Self::new(Severity::Warning, code, message.as_ref())
    }

    pub(crate) fn at(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// Sets the place to a line of a file.
    pub(crate) fn at_line(mut self, file: &str, line: usize) -> Self {
        self.place = Some(Place {
            file: file.to_owned(),
            line,
            column: None,
        });
        self
    }

    fn new(severity: Severity, code: &'static str, message: &str) -> Self {
        Self {
            severity,
            code,
            message: plain(message),
            place: None,
        }
    }
}

/// Sorts errors before warnings, then by place, code and message.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        (one.severity, &one.place, one.code, &one.message).cmp(&(
            other.severity,
            &other.place,
            other.code,
            &other.message,
        ))
    });
}
