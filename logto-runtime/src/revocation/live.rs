//! [`Live`] remembers where in the revocation log the needed records begin.
//!
//! A record has one entry, which revokes some tokens. The entry is over when all these tokens are too old to
//! be accepted anyway. The record is then not needed any more.
//!
//! A log that is trimmed by time loses only records whose entries are over. If the log begins after the
//! oldest needed record, it has lost needed records. Then `heal.rs` writes them back. New records may follow
//! the lost ones, so the end of the log does not show such a loss.

use std::collections::VecDeque;

/// The greatest number of records in a group. To save memory, a group has only the position of its first
/// record. If the log trims this record after its entry is over, the log is read again without need.
const RECORDS: usize = 256;

/// Groups of records. The oldest group comes first.
#[derive(Debug, Default)]
pub(super) struct Live(VecDeque<Group>);

/// Needed records, in the order of the log.
#[derive(Debug)]
struct Group {
    /// The position of the first record.
    position: u128,
    /// The greatest `not_before` of the records. An entry's `not_before` is the smallest `iat` that it
    /// accepts.
    not_before: i64,
    records: usize,
}

impl Live {
    pub(super) fn add(&mut self, position: u128, not_before: i64) {
        match self.0.back_mut() {
            Some(group) if group.records < RECORDS => {
                group.not_before = group.not_before.max(not_before);
                group.records += 1;
            }
            _ => self.0.push_back(Group {
                position,
                not_before,
                records: 1,
            }),
        }
    }

    /// Removes the oldest groups whose entries are all over. Returns the position of the oldest group that
    /// stays; `None` if no group is left. `is_over` says whether an entry with a given `not_before` is over.
    pub(super) fn oldest(&mut self, is_over: impl Fn(i64) -> bool) -> Option<u128> {
        while self
            .0
            .front()
            .is_some_and(|group| is_over(group.not_before))
        {
            self.0.pop_front();
        }
        self.0.front().map(|group| group.position)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_whose_entries_are_all_over_are_removed() {
        let mut live = Live::default();
        assert_eq!(live.oldest(|_| false), None);
        for position in 0..1_000_i64 {
            live.add(position as u128, 10_000 + position);
        }
        assert_eq!(live.oldest(|_| false), Some(0));
        // The last entry of the first group is not over.
        assert_eq!(live.oldest(|not_before| not_before < 10_255), Some(0));
        assert_eq!(live.oldest(|not_before| not_before < 10_256), Some(256));
        assert_eq!(live.oldest(|not_before| not_before < 10_999), Some(768));
        assert_eq!(live.oldest(|_| true), None);
        live.add(2_000, 1);
        assert_eq!(live.oldest(|_| false), Some(2_000));
        live.clear();
        assert_eq!(live.oldest(|_| false), None);
    }

    #[test]
    fn a_group_stays_while_one_of_its_entries_is_not_over() {
        let mut live = Live::default();
        live.add(1, i64::MAX);
        for position in 2..600 {
            live.add(position, 5);
        }
        assert_eq!(live.oldest(|not_before| not_before < 10), Some(1));
    }
}
