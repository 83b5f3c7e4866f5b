//! [`Lowered`]: the revocations whose `not_before` was lowered, because it was too far ahead.
//!
//! The clock of Logto may have been wrong for a moment. The delivery of that moment can arrive again. The
//! latest plausible `not_before` is later each time. So without this memory, each arrival would refuse new
//! tokens for longer.

use std::collections::HashSet;

use super::target::Target;

/// The greatest number of remembered revocations, to limit the memory. If a further delivery arrives again,
/// it refuses new tokens for longer.
const MOST: usize = 10_000;

/// The targets, each with a `not_before` that was lowered.
#[derive(Debug, Default)]
pub(super) struct Lowered(HashSet<(Target, i64)>);

impl Lowered {
    /// Remembers the `not_before` of a revocation, as it was before it was lowered.
    pub(super) fn add(&mut self, target: &Target, not_before: i64) {
        if self.0.len() < MOST {
            self.0.insert((target.clone(), not_before));
        }
    }

    /// Whether exactly this revocation is remembered. Another revocation of the same target may come from
    /// another event, which must be applied.
    pub(super) fn has(&self, target: &Target, not_before: i64) -> bool {
        self.0.contains(&(target.clone(), not_before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_revocation_is_known_and_only_if_it_is_remembered() {
        let mut lowered = Lowered::default();
        for not_before in 0..=10_000 {
            lowered.add(&Target::Everything, not_before);
        }
        assert!(lowered.has(&Target::Everything, 9_999));
        assert!(!lowered.has(&Target::Everything, 10_000));
        assert!(!lowered.has(&Target::Subject("alice".into()), 9_999));
    }
}
