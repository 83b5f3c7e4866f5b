//! Decides how far back a pass, one run of the reconciler, reads in Logto's log of webhook deliveries. Also
//! remembers the deliveries that were processed.
//!
//! The clock of this process may be ahead of Logto's clock. Deliveries that matter then seem too old. So a
//! pass also considers the time of the newest delivery, which comes from Logto's clock.

use std::collections::HashMap;

use super::{
    deliveries::{LoggedDelivery, Page},
    seen::Seen,
};

/// The overlap of two passes, in milliseconds. A delivery can take ten seconds, and Logto logs it only when
/// it has ended. Logto's clock may also differ from the clock of this process.
const OVERLAP: i64 = 600_000;

/// What earlier passes have read of the log.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// When the last complete pass began, in milliseconds since the Unix epoch.
    complete: Option<i64>,
    /// The webhooks that the last complete pass has read, by id. The value is the time of the newest
    /// delivery, or `None` if the pass has not read a delivery with a time.
    hooks: HashMap<String, Option<i64>>,
    /// The processed deliveries. Old ones are forgotten.
    seen: Seen,
}

impl Window {
    /// Returns the moment that this pass reads back to: ten minutes before the last complete pass began. If
    /// no pass was complete yet, returns `oldest`, the earliest time of a delivery that matters. For some
    /// webhooks, [`start_of`](Self::start_of) chooses an earlier moment.
    ///
    /// If the last complete pass began later than `now`, the clock was set back. New deliveries can then have
    /// an earlier time than that pass. So this method forgets all passes, and returns `oldest`.
    pub(super) fn start(&mut self, oldest: i64, now: i64) -> i64 {
        if self.complete.is_some_and(|complete| complete > now) {
            *self = Self::default();
        }
        self.complete.map_or(oldest, overlapping)
    }

    /// Returns how far back this pass reads the deliveries of this webhook.
    ///
    /// If the last complete pass has read deliveries of this webhook that have a time, this pass reads back
    /// to the earlier of two moments:
    ///
    /// - `start`
    /// - ten minutes before the newest of these deliveries
    ///
    /// In other cases, for example if the webhook had a different URL until now, this pass reads all
    /// deliveries that matter. It reads back to the earliest of three moments:
    ///
    /// - `start`
    /// - `oldest`
    /// - the time of the newest delivery minus `matters`, the milliseconds for which a delivery matters
    pub(super) fn start_of(&self, hook: &str, start: i64, oldest: i64, matters: i64) -> Start {
        match self.hooks.get(hook) {
            Some(Some(newest)) => Start {
                moment: start.min(overlapping(*newest)),
                before_newest: None,
            },
            Some(None) | None => Start {
                moment: start.min(oldest),
                before_newest: Some(matters),
            },
        }
    }

    /// Whether this pass must process the delivery.
    pub(super) fn wants(&self, delivery: &LoggedDelivery, start: i64) -> bool {
        !self.seen.contains(delivery) && !is_before(delivery, start)
    }

    /// Remembers that a delivery was processed. A delivery without an id or a time is not remembered, so a
    /// later pass can process it again.
    pub(super) fn keep(&mut self, delivery: &LoggedDelivery) {
        self.seen.insert(delivery);
    }

    /// Notes that Logto lists a delivery, and that this pass reads back to `start`. Later passes do not read
    /// deliveries from before `start`, so these do not count as listed.
    pub(super) fn note_listed(&mut self, delivery: &LoggedDelivery, start: i64) {
        if !is_before(delivery, start) {
            self.seen.note_listed(delivery);
        }
    }

    /// Forgets the processed deliveries that no pass has read since the last call. Call this method only if
    /// this pass has read all webhooks. Otherwise, a later pass may read a delivery that this pass has not
    /// read, and process it again. A webhook counts as read even if it has more deliveries than a pass reads.
    ///
    /// Without this, memory would grow for as long as no pass is complete. If a later pass reads a forgotten
    /// delivery after all, for example because the clock was set back, nothing is missed: the delivery is
    /// processed again, and the list already has its revocation.
    pub(super) fn forget_unlisted(&mut self) {
        self.seen.forget_unlisted();
    }

    /// Forgets the processed deliveries that Logto no longer keeps, so that no later pass can read them. Call
    /// this method if this pass has stopped before it has read all webhooks. Otherwise, memory would grow for
    /// as long as each pass stops.
    pub(super) fn forget_what_logto_forgot(&mut self) {
        self.seen.forget_what_logto_forgot();
    }

    /// Returns how many processed deliveries are remembered.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.seen.len()
    }

    /// Remembers when a complete pass began, and the time of the newest delivery of each webhook. Forgets the
    /// processed deliveries that are too old for the next pass over these webhooks.
    pub(super) fn complete(&mut self, began: i64, hooks: HashMap<String, Option<i64>>) {
        let earliest = hooks.values().flatten().min();
        let start = overlapping(earliest.map_or(began, |newest| began.min(*newest)));
        self.complete = Some(began);
        self.hooks = hooks;
        self.seen.forget_before(start);
    }
}

/// How far back a pass reads the deliveries of one webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// The moment to read back to, in milliseconds since the Unix epoch.
    moment: i64,
    /// If set, reading goes back to at least this many milliseconds before the newest delivery.
    before_newest: Option<i64>,
}

impl Start {
    /// Returns the start with which a pass reads all deliveries that matter, and no others.
    pub(super) fn of_all_that_matter(oldest: i64, matters: i64) -> Self {
        Self {
            moment: oldest,
            before_newest: Some(matters),
        }
    }

    /// Returns the moment to read back to. `newest` is the time of the newest delivery.
    pub(super) fn moment(self, newest: Option<i64>) -> i64 {
        match (newest, self.before_newest) {
            (Some(newest), Some(time)) => self.moment.min(newest.saturating_sub(time)),
            _ => self.moment,
        }
    }
}

fn overlapping(moment: i64) -> i64 {
    moment.saturating_sub(OVERLAP)
}

/// Whether a delivery was logged before this moment. Returns `false` for a delivery without a time.
pub(super) fn is_before(delivery: &LoggedDelivery, moment: i64) -> bool {
    delivery.logged_at.is_some_and(|at| at < moment)
}

/// Whether reading ends after this page. Reading ends in two cases:
///
/// - This is certainly the last page.
/// - The last delivery of the page is from before `start`. Deliveries that are too large to be read do not
///   count, because their age is unknown.
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
            // All deliveries of this page are too large.
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

    /// Returns the map for [`Window::complete`], with one webhook and the time of its newest delivery.
    fn newest(hook: &str, at: impl Into<Option<i64>>) -> HashMap<String, Option<i64>> {
        HashMap::from([(hook.to_owned(), at.into())])
    }

    #[test]
    fn the_first_pass_goes_back_to_the_oldest_moment_and_later_passes_overlap() {
        let mut window = Window::default();
        assert_eq!(window.start(-5_000, 0), -5_000);
        window.complete(10_000_000, HashMap::new());
        assert_eq!(window.start(0, 10_000_000), 9_400_000);
        // After a long outage, `oldest` is later than the last pass. Nothing since that pass is left out.
        assert_eq!(window.start(20_000_000, 30_000_000), 9_400_000);
        // The clock was set back.
        assert_eq!(window.start(5_000_000, 9_999_999), 5_000_000);
    }

    /// `oldest` and `start` come from the clock of this process. The times of deliveries come from Logto's
    /// clock.
    #[test]
    fn a_pass_also_reads_back_from_the_newest_delivery_because_the_clock_may_be_ahead() {
        let mut window = Window::default();
        let matters = 4_800_000;
        let first = window.start_of("h", 90_000_000, 90_000_000, matters);
        for (newest, moment) in [
            (None, 90_000_000),
            (Some(80_000_000), 75_200_000),
            (Some(94_800_000), 90_000_000),
            (Some(99_000_000), 90_000_000),
            (Some(i64::MIN), i64::MIN),
        ] {
            assert_eq!(first.moment(newest), moment, "{newest:?}");
        }
        window.complete(94_800_000, newest("h", 80_000_000));
        let next = window.start_of("h", 94_200_000, 90_030_000, matters);
        for newest in [80_000_000, 80_030_000, 81_000_000] {
            assert_eq!(next.moment(Some(newest)), 79_400_000, "{newest}");
        }
        // The clock is right: the newest delivery was logged less than ten minutes before the last pass.
        window.complete(94_830_000, newest("h", 94_500_000));
        let next = window.start_of("h", 94_230_000, 90_060_000, matters);
        assert_eq!(next.moment(Some(94_500_000)), 93_900_000);
    }

    #[test]
    fn a_webhook_without_a_known_delivery_is_read_back_to_the_oldest_moment() {
        let mut window = Window::default();
        let start_of = |window: &Window, hook: &str, start, oldest| {
            window.start_of(hook, start, oldest, 0).moment(None)
        };
        assert_eq!(start_of(&window, "h1", 5_000, 5_000), 5_000);
        window.complete(10_000_000, newest("h1", 10_000_000));
        assert_eq!(start_of(&window, "h1", 9_400_000, 5_000), 9_400_000);
        assert_eq!(start_of(&window, "h2", 9_400_000, 5_000), 5_000);
        assert_eq!(start_of(&window, "h2", 9_400_000, 20_000_000), 9_400_000);
        window.complete(10_030_000, newest("h2", None));
        for hook in ["h1", "h2"] {
            assert_eq!(start_of(&window, hook, 9_430_000, 35_000), 35_000);
        }
        // After the clock was set back, all passes are forgotten.
        assert_eq!(window.start(5_000, 9_999_999), 5_000);
        assert_eq!(start_of(&window, "h2", 9_000_000, 5_000), 5_000);
    }

    #[test]
    fn a_processed_delivery_is_not_wanted_again_and_is_forgotten_once_no_pass_reads_it() {
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
        window.complete(10_000_000, HashMap::new());
        assert_eq!(window.seen.len(), 1);
        let start = window.start(0, 10_000_000);
        assert!(
            !window.wants(&old, start),
            "a delivery from before the start is not wanted"
        );
    }
}
