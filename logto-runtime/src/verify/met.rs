//! Which expressions a token was last found to satisfy.

use std::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

use crate::requirement::ScopeExpr;

/// The expressions that were last found to hold, by address: neither the scopes of a token nor
/// what a `'static` reference points to ever change.
#[derive(Debug, Default)]
pub(super) struct Satisfied([AtomicPtr<ScopeExpr>; 4]);

impl Satisfied {
    pub(super) fn contains(&self, expr: &'static ScopeExpr) -> bool {
        ptr::eq(self.place(expr).load(Ordering::Relaxed), expr)
    }

    pub(super) fn insert(&self, expr: &'static ScopeExpr) {
        self.place(expr)
            .store(ptr::from_ref(expr).cast_mut(), Ordering::Relaxed);
    }

    fn place(&self, expr: &'static ScopeExpr) -> &AtomicPtr<ScopeExpr> {
        let address = ptr::from_ref(expr).addr();
        &self.0[address / size_of::<ScopeExpr>() % self.0.len()]
    }
}
