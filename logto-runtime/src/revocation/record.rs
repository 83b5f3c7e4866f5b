//! [`Record`]: one entry of the list of revocations. A revocation log keeps each record as one line of text.

use serde::{Deserialize, Serialize};

use super::{
    horizon::{Margin, not_before},
    id::check_id,
    target::Target,
};

/// An entry of the list. It refuses a token of its target if the token's `iat` is smaller than `not_before`.
/// An entry for one `jti` refuses the token with this `jti` at any `iat`.
///
/// The writer computes `not_before` once, so that readers do not compute it by their own clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) target: Target,
    pub(crate) not_before: i64,
}

impl Record {
    /// Returns the entry for an event at this moment.
    pub(super) fn at(moment_millis: i64, margin: Margin, target: Target) -> Self {
        Self {
            target,
            not_before: not_before(moment_millis, margin),
        }
    }

    /// Returns the record as one line of text, for a log.
    pub(super) fn to_line(&self, source: &str) -> String {
        self.to_line_with_bound(source, self.not_before)
    }

    /// Returns the record as one line of text, for a log. `bound` is the latest `not_before` that was
    /// plausible by the clock of the writer.
    ///
    /// The line also keeps a `not_before` after the bound. If the clock of the writer is behind, this
    /// `not_before` is right, and the bound is wrong.
    pub(super) fn to_line_with_bound(&self, source: &str, bound: i64) -> String {
        let (organization, id) = self.target.ids();
        let line = Line {
            v: VERSION,
            kind: self.target.kind().as_str(),
            organization,
            id,
            not_before: self.not_before,
            bound: (bound < self.not_before).then_some(bound),
            source: Some(source),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// Parses a line. Returns `None` if the line is not a record, or if its version or kind is unknown.
    ///
    /// `latest` is the latest plausible `not_before` by the clock of this process. If the `not_before` of the
    /// line is later, Logto's clock was wrong, or this one is. Then the bound of the line counts. Otherwise each reading
    /// would refuse new tokens anew, until the far `not_before`.
    pub(super) fn parse(line: &str, latest: i64) -> Option<Self> {
        let line: OwnedLine = serde_json::from_str(line).ok()?;
        let id = || line.id.filter(|id| check_id(id).is_ok()).map(String::into);
        let target = match (line.v, &*line.kind) {
            (VERSION, "subject") => Target::Subject(id()?),
            (VERSION, "client") => Target::Client(id()?),
            (VERSION, "unbound") => Target::Unbound(id()?),
            (VERSION, "organization") => Target::Organization(id()?),
            (VERSION, "token") => Target::Token(id()?),
            (VERSION, "everything") => Target::Everything,
            (VERSION, "member") => Target::Member {
                organization: (line.organization)
                    .filter(|id| check_id(id).is_ok())?
                    .into(),
                id: id()?,
            },
            _ => return None,
        };
        Some(Self {
            target,
            not_before: match line.bound {
                Some(bound) if line.not_before > latest => bound.min(line.not_before),
                _ => line.not_before,
            },
        })
    }
}

/// The version of the lines that this crate writes.
const VERSION: u64 = 1;

#[derive(Serialize)]
struct Line<'a> {
    v: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    not_before: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<i64>,
    source: Option<&'a str>,
}

#[derive(Deserialize)]
struct OwnedLine {
    v: u64,
    kind: String,
    organization: Option<String>,
    id: Option<String>,
    not_before: i64,
    bound: Option<i64>,
}

/// The source of an entry that a call of [`Revocations::revoke`](super::Revocations::revoke) made.
pub(super) const REVOKE: &str = "revoke";

/// The source of an entry that a replica wrote back because the log had lost it.
pub(super) const HEALED: &str = "healed";

/// Where an entry comes from. The revocation log records `event`. The audit event has both fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    /// The name of the event of a webhook, or [`REVOKE`].
    pub(super) event: &'a str,
    /// Who caused the event: the IP address in the webhook, or the name from `Revocation::requested_by`.
    /// `None` if the source does not say this.
    pub(super) actor: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let member = Target::Member {
            organization: "acme".into(),
            id: "alice\n\"".into(),
        };
        for target in [
            Target::Subject("alice".into()),
            Target::Client("app".into()),
            member,
            Target::Unbound("alice".into()),
            Target::Organization("acme".into()),
            Target::Token("t1".into()),
            Target::Everything,
        ] {
            let record = Record {
                target,
                not_before: -7,
            };
            let line = record.to_line("User.Deleted");
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(Record::parse(&line, i64::MAX), Some(record), "{line}");
        }
    }

    #[test]
    fn the_bound_of_a_line_counts_only_while_its_not_before_is_not_plausible() {
        let record = Record {
            target: Target::Everything,
            not_before: 1_000,
        };
        let read = |line: &str, latest| Record::parse(line, latest).unwrap().not_before;
        let far = record.to_line_with_bound("User.Deleted", 300);
        for (latest, not_before) in [(299, 300), (400, 300), (999, 300), (1_000, 1_000)] {
            assert_eq!(read(&far, latest), not_before, "{latest}");
        }
        // A plausible `not_before` does not need a bound.
        for bound in [1_000, 2_000] {
            let line = record.to_line_with_bound("User.Deleted", bound);
            assert_eq!(line, record.to_line("User.Deleted"));
            assert_eq!(read(&line, 400), 1_000);
        }
    }

    #[test]
    fn a_line_that_this_version_cannot_read_is_skipped() {
        for line in [
            "",
            "null",
            "{}",
            r#"{"v":2,"kind":"subject","id":"a","not_before":1}"#,
            r#"{"v":1,"kind":"session","id":"a","not_before":1}"#,
            r#"{"v":1,"kind":"subject","not_before":1}"#,
            r#"{"v":1,"kind":"subject","id":"","not_before":1}"#,
            r#"{"v":1,"kind":"subject","id":7,"not_before":1}"#,
            r#"{"v":1,"kind":"subject","id":"a"}"#,
            r#"{"v":1,"kind":"subject","id":"a","not_before":1e30}"#,
            r#"{"v":1,"kind":"member","id":"a","not_before":1}"#,
            r#"{"v":1,"kind":"subject","id":"a","not_be"#,
        ] {
            assert_eq!(Record::parse(line, i64::MAX), None, "{line}");
        }
        let with_new_field = r#"{"v":1,"kind":"subject","id":"a","not_before":1,"new":[]}"#;
        assert!(Record::parse(with_new_field, i64::MAX).is_some());
    }
}
