//! Remembers when the last complete pass over Logto's log of deliveries began, and which deliveries were
//! applied.

use std::collections::{HashMap, HashSet};

use super::deliveries::{LoggedDelivery, Page};

/// By how much a pass overlaps the pass before it, in milliseconds. Logto logs a delivery when the
/// delivery has ended, at most ten seconds after its start, and Logto's clock may differ from ours.
const OVERLAP: i64 = 600_000;

/// What earlier passes have read of the log.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// When the last complete pass began, in milliseconds since the Unix epoch.
    complete: Option<i64>,
    /// The ids of the webhooks whose deliveries that pass has read.
    hooks: HashSet<String>,
    /// For the id of each delivery that was applied, when it was logged.
    seen: HashMap<String, i64>,
}

impl Window {
    /// Returns the moment that this pass reads back to: at first `oldest`, later ten minutes before the start
    /// of the last complete pass.
    ///
    /// If the last complete pass began later than `now`, the clock was ahead and was set back. In that pass,
    /// deliveries that still matter seemed too old. New deliveries have a time before that pass. So all passes
    /// are forgotten, and `oldest` is returned.
    pub(super) fn start(&mut self, oldest: i64, now: i64) -> i64 {
        if self.complete.is_some_and(|complete| complete > now) {
            *self = Self::default();
        }
        self.complete.map_or(oldest, overlapping)
    }

    /// Returns the moment that the deliveries of this webhook are read back to: `start`, or `oldest` if the last
    /// complete pass did not read its deliveries, for example because it had another URL.
    pub(super) fn start_of(&self, hook: &str, start: i64, oldest: i64) -> i64 {
        if self.hooks.contains(hook) {
            start
        } else {
            start.min(oldest)
        }
    }

    /// Whether a delivery is to be applied.
    pub(super) fn wants(&self, delivery: &LoggedDelivery, start: i64) -> bool {
        let seen = (delivery.id.as_ref()).is_some_and(|id| self.seen.contains_key(id));
        !seen && !is_before(delivery, start)
    }

    /// Remembers that a delivery was applied. A delivery without an id or a time is not remembered, so each
    /// pass applies it again.
    pub(super) fn keep(&mut self, delivery: &LoggedDelivery) {
        if let (Some(id), Some(at)) = (&delivery.id, delivery.logged_at) {
            self.seen.insert(id.clone(), at);
        }
    }

    /// Remembers that the pass which began at this time has read all deliveries of these webhooks. Forgets the
    /// deliveries that no later pass goes back to.
    pub(super) fn complete(&mut self, began: i64, hooks: impl IntoIterator<Item = String>) {
        self.complete = Some(began);
        self.hooks = hooks.into_iter().collect();
        let start = overlapping(began);
        self.seen.retain(|_, at| *at >= start);
    }
}

fn overlapping(complete: i64) -> i64 {
    complete.saturating_sub(OVERLAP)
}

/// Whether a delivery was logged before this moment. Returns `false` for a delivery without a time.
pub(super) fn is_before(delivery: &LoggedDelivery, moment: i64) -> bool {
    delivery.logged_at.is_some_and(|at| at < moment)
}

/// Whether reading ends after this page: no deliveries follow, or the ones that follow are older than `start`.
/// A page whose deliveries were all too large does not say how old the next deliveries are.
pub(super) fn ends_at(page: &Page, start: i64) -> bool {
    let oldest = page.deliveries.last();
    page.is_last || oldest.is_some_and(|oldest| is_before(oldest, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_whose_deliveries_are_all_too_large_is_not_the_end() {
        let at = |logged_at| LoggedDelivery {
            id: None,
            logged_at: Some(logged_at),
            failed: false,
            body: String::new(),
        };
        for (times, is_last, ends) in [
            (&[][..], false, false),
            (&[], true, true),
            (&[300, 200], false, false),
            (&[300, 200], true, true),
            (&[300, 50], false, true),
        ] {
            let page = Page {
                deliveries: times.iter().copied().map(at).collect(),
                is_last,
                is_complete: false,
            };
            assert_eq!(ends_at(&page, 100), ends, "{times:?} {is_last}");
        }
    }

    fn delivery(id: &str, logged_at: Option<i64>) -> LoggedDelivery {
        LoggedDelivery {
            id: Some(id.to_owned()),
            logged_at,
            failed: true,
            body: String::new(),
        }
    }

    #[test]
    fn the_first_pass_goes_back_to_the_oldest_moment_and_later_passes_overlap() {
        let mut window = Window::default();
        assert_eq!(window.start(-5_000, 0), -5_000);
        window.complete(10_000_000, []);
        assert_eq!(window.start(0, 10_000_000), 9_400_000);
        // After a long outage, `oldest` is later than the last pass. Nothing since that pass is left out.
        assert_eq!(window.start(20_000_000, 30_000_000), 9_400_000);
        // After the clock was set back.
        assert_eq!(window.start(5_000_000, 9_999_999), 5_000_000);
    }

    #[test]
    fn the_deliveries_of_a_webhook_that_the_last_pass_did_not_read_are_read_from_the_oldest_moment()
    {
        let mut window = Window::default();
        assert_eq!(window.start_of("h1", 5_000, 5_000), 5_000);
        window.complete(10_000_000, ["h1".to_owned()]);
        assert_eq!(window.start_of("h1", 9_400_000, 5_000), 9_400_000);
        assert_eq!(window.start_of("h2", 9_400_000, 5_000), 5_000);
        assert_eq!(window.start_of("h2", 9_400_000, 20_000_000), 9_400_000);
        window.complete(10_030_000, ["h2".to_owned()]);
        assert_eq!(window.start_of("h1", 9_430_000, 35_000), 35_000);
        // After the clock was set back, all passes are forgotten.
        assert_eq!(window.start(5_000, 9_999_999), 5_000);
        assert_eq!(window.start_of("h2", 9_000_000, 5_000), 5_000);
    }

    #[test]
    fn an_applied_delivery_is_not_wanted_again_and_is_forgotten_when_no_pass_reads_it() {
        let mut window = Window::default();
        let (old, new) = (delivery("old", Some(1)), delivery("new", Some(10_000_000)));
        let timeless = delivery("timeless", None);
        for one in [&old, &new, &timeless] {
            assert!(window.wants(one, 0));
            window.keep(one);
        }
        assert!(!window.wants(&old, 0) && !window.wants(&new, 0));
        // Without a time, `Window` does not know for how long to remember a delivery.
        assert!(window.wants(&timeless, 0));
        window.complete(10_000_000, []);
        assert_eq!(window.seen.len(), 1);
        let start = window.start(0, 10_000_000);
        assert!(
            !window.wants(&old, start),
            "a delivery from before the start is not wanted"
        );
    }
}
