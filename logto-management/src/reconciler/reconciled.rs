//! [`Reconciled`], the result of one pass of the reconciler over Logto's log of webhook deliveries.

/// What [`Reconciler::reconcile`](crate::Reconciler::reconcile) has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconciled {
    /// The number of webhook deliveries that this pass processed. A pass skips the deliveries that the
    /// reconciler remembers from earlier passes. The reconciler remembers only deliveries with an id and a
    /// time.
    pub deliveries: usize,
    /// How many of the processed deliveries added an entry to the list of revocations. A delivery that counts
    /// as [`unreadable`](Self::unreadable) does not count here.
    pub applied: usize,
    /// How many of the applied deliveries are not marked as successful in Logto's log.
    pub failed: usize,
    /// How many of the processed deliveries could not be read, or do not say whose tokens to revoke. The
    /// program logs an error for each such delivery.
    pub unreadable: usize,
}
