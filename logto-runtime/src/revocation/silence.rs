//! Decides what happens to requests during a *silence*. During a silence, this process sees no sign of life
//! of a process that receives webhooks.

use std::time::Duration;

use crate::{clock::Reading, verify::Verified};

/// What to do with requests during a silence. During a silence, a replica sees no new beat in the log. A beat
/// is a sign of life of a process that receives webhooks. A silence also lasts while the log is out of reach.
///
/// In all modes:
///
/// - Revocations that a replica has read stay enforced.
/// - After 15 s of silence, the program logs an error, and
///   [`RevocationHealth::degraded`](crate::RevocationHealth::degraded) is `true`.
/// - Until a replica has read the log, it answers 503 to requests with a valid token.
///   [`start_empty`](crate::RevocationsBuilder::start_empty) turns this rule off.
/// - Until a replica has seen its first new beat, a mode with a time acts as if the silence had already
///   lasted for this time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Silence {
    /// Serves requests. Until the silence ends, the replica can miss new revocations.
    #[default]
    Serve,
    /// Once the silence has lasted for this time, refuses old tokens with 401. Their clients must ask Logto
    /// for new tokens, so Logto decides again whether to issue them. Each token has its own greatest age,
    /// between half of this time and this time. This age depends on the token's `jti`, so that not all
    /// clients ask at once.
    RefuseOlderThan(Duration),
    /// Once the silence has lasted for this time, answers 503 to requests with a valid token.
    Unavailable(Duration),
}

/// Why a token is refused although no known revocation refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unheard {
    /// The silence has lasted too long, and the token is too old.
    TooOld,
    /// No token is accepted: the silence has lasted too long, or the log has not been read.
    Unavailable,
}

impl Silence {
    /// Returns the time after which a silence affects requests; `None` if a silence never affects them.
    pub(super) fn limit(self) -> Option<Duration> {
        match self {
            Self::Serve => None,
            Self::RefuseOlderThan(limit) | Self::Unavailable(limit) => Some(limit),
        }
    }

    /// Returns why a token is refused; `None` if it is not.
    ///
    /// `silent_for` returns how long the silence has lasted; `None` if that is not known. This method calls
    /// `silent_for` only if the mode has a limit.
    #[inline]
    pub(super) fn refusal(
        self,
        token: &Verified,
        silent_for: impl FnOnce() -> Option<Duration>,
        now: Reading,
    ) -> Option<Unheard> {
        let limit = self.limit()?;
        if silent_for().is_some_and(|age| age < limit) {
            return None;
        }
        match self {
            Self::RefuseOlderThan(_) => {
                let age = now.unix_seconds().saturating_sub(token.times().issued_at);
                let oldest = oldest_age(limit, token.token_id());
                (age > oldest).then_some(Unheard::TooOld)
            }
            _ => Some(Unheard::Unavailable),
        }
    }
}

/// Returns the greatest age of an accepted token, in whole seconds. It depends on the token's `jti`, and lies
/// between half of the limit and the limit.
fn oldest_age(limit: Duration, token_id: &str) -> i64 {
    let limit = i64::try_from(limit.as_secs()).unwrap_or(i64::MAX);
    let half = limit / 2;
    // FNV-1a gives the same result on each replica, so that all of them agree.
    let hash = token_id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let spread = u64::try_from(limit - half).unwrap_or(0).saturating_add(1);
    half.saturating_add(i64::try_from(hash % spread).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_different_oldest_ages_from_half_the_limit_to_the_limit() {
        let limit = Duration::from_secs(100);
        let ages: Vec<_> = (0..1_000)
            .map(|number| oldest_age(limit, &format!("token-{number}")))
            .collect();
        assert!(ages.iter().all(|age| (50..=100).contains(age)));
        let distinct: std::collections::BTreeSet<_> = ages.iter().collect();
        assert!(distinct.len() > 40, "{distinct:?}");
        assert_eq!(oldest_age(Duration::ZERO, "t"), 0);
    }
}
