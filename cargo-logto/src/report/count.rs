//! Counts findings.

use crate::finding::{Finding, Severity};

pub(super) fn count(findings: &[Finding], severity: Severity) -> usize {
    let of_severity = |finding: &&Finding| finding.severity == severity;
    findings.iter().filter(of_severity).count()
}
