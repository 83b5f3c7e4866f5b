//! Adds entries to the list of revocations, and removes entries that are over.
//!
//! An entry refuses some tokens. Once the entry is *over*, all these tokens are too old to be accepted.

use std::sync::{PoisonError, atomic::Ordering};

use super::{
    Revocations, Shared,
    list::List,
    record::{Record, Source},
};
use crate::{
    clock::Reading,
    telemetry::{self, Audit},
};

/// How often entries that are over are removed, in seconds.
const FORGET_EVERY: i64 = 60;

/// From this number of entries on, a warning is logged.
const MANY: usize = 1_000_000;

impl Revocations {
    /// Returns the entries of this list that `other` lacks, in any order. Leaves out entries that are over.
    /// Our clock may be ahead, so the earliest possible current time decides which entries are over.
    pub(super) fn lacking_in(&self, other: &List) -> Vec<Record> {
        let (horizon, (now, _)) = (self.shared.horizon, self.plausible_seconds());
        let list = self.shared.list.read();
        let list = list.unwrap_or_else(PoisonError::into_inner);
        let entries = list.entries();
        entries
            .filter(|(_, not_before)| !horizon.is_over(*not_before, now))
            .filter(|(target, not_before)| other.not_before(target) < Some(*not_before))
            .map(|(target, not_before)| Record { target, not_before })
            .collect()
    }

    /// Keeps only those records that the list lacks and that are not over.
    pub(super) fn retain_lacking(&self, records: &mut Vec<Record>) {
        let horizon = self.shared.horizon;
        let (earliest, latest) = self.plausible_seconds();
        let list = self.shared.list.read();
        let list = list.unwrap_or_else(PoisonError::into_inner);
        records.retain(|record| {
            let not_before = horizon.capped(record.not_before, latest);
            !horizon.is_over(not_before, earliest)
                && list.not_before(&record.target) < Some(not_before)
        });
    }

    /// Adds entries of the log that seemed to be over while the log was read. They can seem to be over if our
    /// clock is ahead. `seen` has all entries of the log.
    ///
    /// The greatest `not_before` of all entries may be the current time, even if our clock shows a later
    /// time. So this method adds the entries that are not over at that `not_before`.
    pub(super) fn insert_again(&self, seen: &List) {
        let (earliest, _) = self.plausible_seconds();
        let newest = seen.entries().map(|(_, not_before)| not_before).max();
        let Some(newest) = newest.filter(|newest| *newest < earliest) else {
            return;
        };
        self.may_be(newest.saturating_mul(1_000), self.now());
        let entries = seen.entries();
        let records: Vec<Record> = entries
            .map(|(target, not_before)| Record { target, not_before })
            .collect();
        self.insert(&records);
    }

    /// Notes that `millis` may be the current time, even if our clock shows a later time. Pass a time that
    /// comes from Logto or from a record of the log.
    pub(super) fn may_be(&self, millis: i64, now: Reading) {
        let plausible = self.shared.plausible.lock();
        let mut plausible = plausible.unwrap_or_else(PoisonError::into_inner);
        plausible.may_be(millis, now, self.shared.horizon.of_entries());
    }

    /// Adds entries to the list, keeps them until they are in the log of revocations, and logs an audit event
    /// for each. From now on, this process refuses the tokens that the entries revoke.
    /// [`flush`](Self::flush) or the task of `task.rs` appends the entries to the log, for other replicas.
    ///
    /// The audit events come last, because the program's log may block.
    pub(super) fn apply(&self, records: &[Record], source: &Source<'_>) {
        // The program's recorder of metrics may panic in `insert`. If the same delivery is then applied again,
        // its entries are in the list already, and are not kept. So they are kept first.
        let latest = self.latest_not_before();
        if let Some(attached) = &self.shared.attached {
            let lines = records.iter();
            let lines = lines.map(|record| record.to_line_with_bound(source.event, latest));
            attached.pending.keep(lines);
        }
        // The list and the line in the log must have the same bound.
        let bounded: Vec<_> = { records.iter() }
            .map(|record| Record {
                not_before: record.not_before.min(latest),
                ..record.clone()
            })
            .collect();
        self.insert(&bounded);
        for record in records {
            let (organization, id) = record.target.ids();
            telemetry::revoked(&Audit {
                kind: record.target.kind().as_str(),
                organization,
                id,
                not_before: record.not_before,
                source: source.event,
                actor: source.actor,
            });
        }
    }

    pub(super) fn insert(&self, records: &[Record]) {
        let Shared { horizon, .. } = *self.shared;
        let (earliest, latest) = self.plausible_seconds();
        let changed = {
            let list = self.shared.list.write();
            let mut list = list.unwrap_or_else(PoisonError::into_inner);
            let live = records
                .iter()
                .filter(|record| !horizon.is_over(record.not_before, earliest));
            live.fold(false, |changed, record| {
                list.insert(&record.target, horizon.capped(record.not_before, latest)) | changed
            })
        };
        if changed {
            self.shared.generation.raise();
            self.shared.changes.send_replace(());
        }
        self.forget();
    }

    /// Removes the entries that are over, at most once a minute. Also sets the gauge of the number of
    /// entries, and warns once if the list is very long.
    pub(super) fn forget(&self) {
        let now = self.now_seconds();
        let due = self.shared.forget_at.load(Ordering::Relaxed);
        // If the clock was set back to a time before the last removal, `due` is too far ahead.
        if now >= due || now < due.saturating_sub(FORGET_EVERY) {
            let next = now.saturating_add(FORGET_EVERY);
            self.shared.forget_at.store(next, Ordering::Relaxed);
            let (earliest, _) = self.plausible_seconds();
            let list = self.shared.list.write();
            let mut list = list.unwrap_or_else(PoisonError::into_inner);
            list.forget(self.shared.horizon, earliest);
        }
        let entries = self.entries();
        telemetry::revocation_entries(entries);
        if entries >= MANY && !self.shared.size_reported.swap(true, Ordering::Relaxed) {
            telemetry::many_revocations(entries);
        }
    }

    /// Returns the latest `not_before` that an entry may have now.
    pub(super) fn latest_not_before(&self) -> i64 {
        let (_, latest) = self.plausible_seconds();
        self.shared.horizon.capped(i64::MAX, latest)
    }

    /// Returns the earliest and the latest possible current time. The earliest time decides whether an entry
    /// is over. The latest time decides how late the `not_before` of an entry may be. `plausible.rs` says
    /// when the two times differ.
    fn plausible_seconds(&self) -> (i64, i64) {
        let plausible = self.shared.plausible.lock();
        let mut plausible = plausible.unwrap_or_else(PoisonError::into_inner);
        plausible.seconds(self.now(), self.shared.horizon.of_entries())
    }

    pub(super) fn entries(&self) -> usize {
        let list = self.shared.list.read();
        list.unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revocation::target::Target;

    #[test]
    fn a_list_of_a_million_entries_is_reported_and_keeps_all_of_them() {
        let list = Revocations::in_memory("https://tenant.logto.app");
        let not_before = list.now_seconds();
        let records: Vec<Record> = (0..MANY)
            .map(|number| Record {
                target: Target::Subject(number.to_string().into()),
                not_before,
            })
            .collect();
        let reported = || list.shared.size_reported.load(Ordering::Relaxed);
        list.insert(&records[1..]);
        assert!(!reported());
        list.insert(&records[..1]);
        assert!(reported());
        assert_eq!(list.entries(), MANY);
    }
}
