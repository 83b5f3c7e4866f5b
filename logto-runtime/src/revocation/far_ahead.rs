//! [`FarAhead`]: the records of the revocation log whose `not_before` is far ahead.
//!
//! The clock of the process that wrote such a record was far ahead, for example that of an operator. Readers
//! lower the `not_before` to the latest plausible one, which is later at each reading. So without this
//! memory, each further reading of the log would refuse new tokens anew.

use std::collections::HashMap;

use super::record::Record;

/// The greatest number of remembered records, to limit the memory. Further records refuse new tokens for
/// longer.
const MOST: usize = 1_000;

/// By position in the log, each record that was far ahead when this process first read it, and the latest
/// plausible `not_before` at that time.
#[derive(Debug, Default)]
pub(super) struct FarAhead(HashMap<u128, (Record, i64)>);

impl FarAhead {
    /// If the same record was read before and was far ahead, lowers its `not_before` to the latest plausible
    /// one of that time. `latest` is the latest plausible `not_before` now.
    pub(super) fn lower(&mut self, position: u128, record: &mut Record, latest: i64) {
        match self.0.get(&position) {
            Some((known, at_first)) if known == record => record.not_before = *at_first,
            _ if record.not_before > latest && self.0.len() < MOST => {
                self.0.insert(position, (record.clone(), latest));
            }
            _ => {}
        }
    }

    /// Forgets all records. Call this method after the wall clock was set. The records may have been read
    /// while the clock was behind, and their `not_before` may then have been right.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revocation::target::Target;

    /// Returns the `not_before` that counts.
    fn lowered(far_ahead: &mut FarAhead, position: u128, not_before: i64, latest: i64) -> i64 {
        let mut record = Record {
            target: Target::Everything,
            not_before,
        };
        far_ahead.lower(position, &mut record, latest);
        record.not_before
    }

    #[test]
    fn only_the_same_record_at_the_same_position_is_lowered_and_only_if_it_was_far_ahead() {
        let mut known = FarAhead::default();
        for (position, not_before, latest, counts) in [
            (1, 900, 500, 900),
            (2, 500, 500, 500),
            // Both are read again.
            (1, 900, 600, 500),
            (1, 900, 2_000, 500),
            (2, 500, 600, 500),
            // Somebody has revoked again.
            (3, 900, 600, 900),
            (3, 900, 700, 600),
            // The log was replaced.
            (1, 901, 700, 901),
            (1, 901, 800, 700),
        ] {
            let now = lowered(&mut known, position, not_before, latest);
            assert_eq!(now, counts, "{position} {not_before} {latest}");
        }
        known.clear();
        assert_eq!(lowered(&mut known, 1, 901, 800), 901);
    }

    #[test]
    fn a_record_that_is_not_remembered_is_not_lowered() {
        let mut known = FarAhead::default();
        for position in 0..=MOST as u128 {
            lowered(&mut known, position, 900, 500);
        }
        let last = MOST as u128;
        assert_eq!(lowered(&mut known, last - 1, 900, 600), 500);
        assert_eq!(lowered(&mut known, last, 900, 600), 900);
    }
}
