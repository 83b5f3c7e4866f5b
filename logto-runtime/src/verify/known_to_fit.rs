//! Remembers which requirements a token fits. Checks that depend on the request are not remembered.

use std::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use crate::policy::requirement::Requirement;

/// The addresses of requirements that a token fits. A token fits a requirement that accepts the audience, the
/// client and the scopes of the token.
///
/// - An entry stays true, because it depends only on values that do not change. These are the token, the
///   `'static` requirement, and the names of resources and clients in the `Logto` that verified the token.
/// - There are four places. The address of a requirement chooses its place. If another requirement takes this
///   place, the first requirement must be evaluated again.
/// - Without this memory, a guard with two scopes takes about a fifth more time.
#[derive(Debug, Default)]
pub(crate) struct KnownToFit([AtomicPtr<Requirement>; 4]);

impl KnownToFit {
    #[inline]
    pub(crate) fn contains(&self, requirement: &'static Requirement) -> bool {
        ptr::eq(self.place(requirement).load(Ordering::Relaxed), requirement)
    }

    pub(crate) fn insert(&self, requirement: &'static Requirement) {
        let entry = ptr::from_ref(requirement).cast_mut();
        self.place(requirement).store(entry, Ordering::Relaxed);
    }

    #[inline]
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
    fn the_last_four_of_adjacent_requirements_are_remembered() {
        let known = KnownToFit::default();
        for (at, requirement) in REQUIREMENTS.iter().enumerate() {
            known.insert(requirement);
            let remembered: Vec<usize> = (0..REQUIREMENTS.len())
                .filter(|other| known.contains(&REQUIREMENTS[*other]))
                .collect();
            let last_four: Vec<usize> = (at.saturating_sub(3)..=at).collect();
            assert_eq!(remembered, last_four);
        }
    }

    #[test]
    fn a_requirement_that_one_token_fits_is_not_remembered_for_another_token() {
        let (known, other) = (KnownToFit::default(), KnownToFit::default());
        known.insert(&REQUIREMENTS[0]);
        assert!(known.contains(&REQUIREMENTS[0]) && !other.contains(&REQUIREMENTS[0]));
    }
}
