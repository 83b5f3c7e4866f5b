//! [`Live`]: the positions of those records in the revocation log whose entries are not over, and may still
//! refuse a valid token.
//!
//! A log that is trimmed by time loses its oldest records, whose entries are over. If the log begins after
//! the oldest record that is still needed, it has lost needed records, and they are written back. While new
//! records keep arriving, the end of the log moves on as usual, so only its beginning shows such a loss.

use std::collections::VecDeque;

/// The number of records in a group. A group has one position, to save memory.
const RECORDS: usize = 256;

/// The positions of the records that are still needed, in groups, oldest first.
#[derive(Debug, Default)]
pub(super) struct Live(VecDeque<Group>);

/// Consecutive records.
#[derive(Debug)]
struct Group {
    /// The position of the first record.
    position: u128,
    /// The greatest `not_before` of the records.
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

    /// Removes the groups before the first one that is still needed, and returns the position of that group.
    /// `is_over` says whether an entry with this `not_before` is over.
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
        // One entry of the first group lasts longer than the others in that group.
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
    fn an_early_entry_that_lasts_long_keeps_its_group() {
        let mut live = Live::default();
        live.add(1, i64::MAX);
        for position in 2..600 {
            live.add(position, 5);
        }
        assert_eq!(live.oldest(|not_before| not_before < 10), Some(1));
    }
}
