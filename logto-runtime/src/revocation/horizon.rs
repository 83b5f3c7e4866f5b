//! How old an accepted token can be, how long revocations are kept, and which tokens a revocation refuses.
//!
//! Times are whole seconds since the Unix epoch, except `moment_millis`. All arithmetic saturates.

use std::time::Duration;

/// The greatest leeway that a [`Logto`](crate::Logto) with revocations may have, in seconds.
pub(crate) const GREATEST_LEEWAY: i64 = 600;

/// An entry of the list of revocations is kept for [`Horizon::oldest_token`] and this many seconds more.
const SPARE: i64 = 600;

/// For how long new tokens are still refused after the moment of a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Margin {
    /// For suspended and deleted users, deleted organizations and removed members. Logto may answer a slow
    /// token request after it has noted the time of the event. So a token may be a little younger than the
    /// event.
    Gone,
    /// For users and applications that may need a new token at once. The new token must be accepted.
    Changed,
    /// For calls of operators, except the revocation of everything. The clock of this service may differ from
    /// Logto's, so the moment is only an estimate.
    OurClock,
}

impl Margin {
    pub(super) fn seconds(self) -> i64 {
        match self {
            Self::Gone => 10,
            Self::Changed => 0,
            Self::OurClock => 5,
        }
    }
}

/// Returns the smallest `iat` that is accepted after a revocation at this moment.
///
/// A token from the same second as the moment is refused. `iat` is a whole second, so it does not tell
/// whether the token was issued before or after the moment.
pub(super) fn not_before(moment_millis: i64, margin: Margin) -> i64 {
    let second = moment_millis.div_euclid(1_000);
    second.saturating_add(1).saturating_add(margin.seconds())
}

/// How old a token can be, and how long an entry is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Horizon {
    max_token_lifetime: i64,
}

impl Horizon {
    /// `max_token_lifetime` is rounded up to whole seconds.
    pub(super) fn new(max_token_lifetime: Duration) -> Self {
        let whole = max_token_lifetime.as_secs();
        let seconds = whole.saturating_add(u64::from(max_token_lifetime.subsec_nanos() > 0));
        Self {
            max_token_lifetime: i64::try_from(seconds).unwrap_or(i64::MAX),
        }
    }

    /// Returns the longest expected lifetime of a token, from its `iat` to its `exp`.
    pub(crate) fn max_token_lifetime(self) -> i64 {
        self.max_token_lifetime
    }

    /// Returns the greatest age of an accepted token. Older tokens are refused, because their revocation may
    /// have been forgotten.
    pub(crate) fn oldest_token(self) -> i64 {
        self.max_token_lifetime.saturating_add(GREATEST_LEEWAY)
    }

    /// Returns how long an entry is kept after its `not_before`.
    pub(super) fn of_entries(self) -> i64 {
        self.oldest_token().saturating_add(SPARE)
    }

    /// Returns how long a log must keep a record: twice the greatest age of an accepted token.
    pub(super) fn of_log(self) -> Duration {
        let seconds = u64::try_from(self.oldest_token().saturating_mul(2)).unwrap_or(0);
        Duration::from_secs(seconds)
    }

    /// Returns `not_before`, but at most the latest `not_before` that an entry may have at the time `now`.
    pub(super) fn capped(self, not_before: i64, now: i64) -> i64 {
        not_before.min(now.saturating_add(self.of_entries()))
    }

    /// Whether an entry with this `not_before` is over. All tokens that it could refuse are then too old
    /// anyway.
    pub(super) fn is_over(self, not_before: i64, now: i64) -> bool {
        not_before.saturating_add(self.of_entries()) < now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_accepted_iat_is_the_next_second_plus_the_margin() {
        for (moment, margin, expected) in [
            (1_000_000, Margin::Changed, 1_001),
            (1_000_999, Margin::Changed, 1_001),
            (1_001_000, Margin::Changed, 1_002),
            (1_000_999, Margin::Gone, 1_011),
            (1_000_999, Margin::OurClock, 1_006),
            (-1, Margin::Changed, 0),
            (i64::MAX, Margin::Gone, i64::MAX / 1_000 + 11),
            (i64::MIN, Margin::Changed, i64::MIN.div_euclid(1_000) + 1),
        ] {
            assert_eq!(not_before(moment, margin), expected, "{moment} {margin:?}");
        }
    }

    #[test]
    fn an_entry_is_kept_longer_than_the_oldest_token_and_its_not_before_is_capped() {
        let hour = Horizon::new(Duration::from_millis(3_599_001));
        assert_eq!(hour.max_token_lifetime(), 3_600);
        assert_eq!((hour.oldest_token(), hour.of_entries()), (4_200, 4_800));
        assert_eq!(hour.capped(10_000, 5_000), 9_800);
        assert_eq!(hour.capped(9_000, 5_000), 9_000);
        assert_eq!(hour.capped(i64::MAX, i64::MAX), i64::MAX);
        assert!(!hour.is_over(1_000, 5_800));
        assert!(hour.is_over(1_000, 5_801));
        let longest = Horizon::new(Duration::MAX);
        assert_eq!(longest.of_entries(), i64::MAX);
        assert_eq!(longest.capped(i64::MAX, 0), i64::MAX);
        assert!(!longest.is_over(i64::MAX, i64::MAX));
    }
}
