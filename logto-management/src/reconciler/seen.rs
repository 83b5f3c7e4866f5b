//! Remembers which deliveries of Logto's log were processed.

use std::{collections::HashMap, mem};

use super::{acceptance::LOGTO_KEEPS, deliveries::LoggedDelivery};

/// The processed deliveries. Deliveries that no later pass reads are forgotten.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The key is the id of the delivery.
    deliveries: HashMap<String, Processed>,
}

#[derive(Debug)]
struct Processed {
    /// When Logto logged the delivery, in milliseconds since the Unix epoch.
    at: i64,
    /// Whether Logto has listed the delivery since the last call of [`Seen::forget_unlisted`].
    is_listed: bool,
}

impl Seen {
    pub(super) fn contains(&self, delivery: &LoggedDelivery) -> bool {
        let id = delivery.id.as_ref();
        id.is_some_and(|id| self.deliveries.contains_key(id))
    }

    /// Remembers a delivery. A delivery without an id or a time is not remembered.
    pub(super) fn insert(&mut self, delivery: &LoggedDelivery) {
        if let (Some(id), Some(at)) = (&delivery.id, delivery.logged_at) {
            let is_listed = true;
            self.deliveries
                .insert(id.clone(), Processed { at, is_listed });
        }
    }

    /// Notes that Logto lists this delivery. Does nothing if the delivery is not remembered.
    pub(super) fn note_listed(&mut self, delivery: &LoggedDelivery) {
        let processed = delivery.id.as_ref();
        if let Some(processed) = processed.and_then(|id| self.deliveries.get_mut(id)) {
            processed.is_listed = true;
        }
    }

    /// Forgets the deliveries that Logto has not listed since the last call.
    pub(super) fn forget_unlisted(&mut self) {
        let was_listed = |processed: &mut Processed| mem::take(&mut processed.is_listed);
        self.deliveries.retain(|_, processed| was_listed(processed));
    }

    /// Forgets the deliveries that Logto no longer keeps. All times come from Logto's clock, which has
    /// reached the time of the newest delivery.
    pub(super) fn forget_what_logto_forgot(&mut self) {
        let newest = self.deliveries.values().map(|processed| processed.at).max();
        if let Some(newest) = newest {
            self.forget_before(newest.saturating_sub(LOGTO_KEEPS));
        }
    }

    /// Forgets the deliveries that Logto logged before this moment.
    pub(super) fn forget_before(&mut self, moment: i64) {
        self.deliveries
            .retain(|_, processed| processed.at >= moment);
    }

    /// Returns the number of deliveries.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.deliveries.len()
    }
}
