//! Which requirements a token was last found to meet, as far as the request makes no difference.

use std::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use crate::policy::requirement::Requirement;

/// The requirements that were last found to be met, by address, in a few places. It stays true:
/// a verified token never leaves the `Logto` that verified it, and neither the token nor the
/// resources of a `Logto` nor what a `'static` reference points to ever change.
#[derive(Debug, Default)]
pub(super) struct Met([AtomicPtr<Requirement>; 4]);

impl Met {
    pub(super) fn contains(&self, requirement: &'static Requirement) -> bool {
        ptr::eq(self.place(requirement).load(Ordering::Relaxed), requirement)
    }

    pub(super) fn insert(&self, requirement: &'static Requirement) {
        self.place(requirement)
            .store(ptr::from_ref(requirement).cast_mut(), Ordering::Relaxed);
    }

    fn place(&self, requirement: &'static Requirement) -> &AtomicPtr<Requirement> {
        let address = ptr::from_ref(requirement).addr();
        &self.0[address / size_of::<Requirement>() % self.0.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static REQUIREMENTS: [Requirement; 9] = [Requirement::authenticated(); 9];

    #[test]
    fn the_last_of_a_place_is_remembered_and_no_other() {
        let met = Met::default();
        for (at, requirement) in REQUIREMENTS.iter().enumerate() {
            met.insert(requirement);
            let known: Vec<usize> = (0..REQUIREMENTS.len())
                .filter(|other| met.contains(&REQUIREMENTS[*other]))
                .collect();
            let last_four: Vec<usize> = (at.saturating_sub(3)..=at).collect();
            assert_eq!(known, last_four, "equal requirements are still others");
        }
    }

    #[test]
    fn what_one_token_met_says_nothing_about_another() {
        let (met, other) = (Met::default(), Met::default());
        met.insert(&REQUIREMENTS[0]);
        assert!(met.contains(&REQUIREMENTS[0]) && !other.contains(&REQUIREMENTS[0]));
    }
}
