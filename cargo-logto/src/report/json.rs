//! Formats findings or a failure as one JSON document. `version` grows if a field changes its meaning or is
//! removed.

use serde_json::{Value, json};

use super::count::count;
use crate::{
    failure::Failure,
    finding::{Finding, Severity},
};

const VERSION: u32 = 1;

pub(super) fn findings(findings: &[Finding]) -> String {
    let listed: Vec<Value> = findings.iter().map(finding).collect();
    let document = json!({
        "version": VERSION,
        "errors": count(findings, Severity::Error),
        "warnings": count(findings, Severity::Warning),
        "findings": listed,
        "failure": null,
    });
    format!("{document:#}")
}

/// Returns the document of a check that could not be completed.
pub(super) fn failure(failure: &Failure) -> String {
    let document = json!({
        "version": VERSION,
        "errors": 0,
        "warnings": 0,
        "findings": [],
        "failure": { "exit": failure.exit as u8, "message": failure.message },
    });
    format!("{document:#}")
}

fn finding(finding: &Finding) -> Value {
    let place = finding.place.as_ref();
    json!({
        "severity": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "code": finding.code,
        "message": finding.message,
        "file": place.map(|place| &place.file),
        "line": place.map(|place| place.line),
        "column": place.and_then(|place| place.column),
    })
}
