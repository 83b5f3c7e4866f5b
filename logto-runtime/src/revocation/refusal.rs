//! Decides whether a verified token is refused because of revocations.

use std::sync::{PoisonError, atomic::Ordering};

use super::{Revocations, attached::Attached, revoked::Revoked, silence::Unheard, wait::Waited};
use crate::{clock::Reading, telemetry, verify::Verified};

/// Why a verified token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An entry of the list, a revocation, refuses the token.
    Revoked(Revoked),
    /// Too little is known about revocations: the log has not been read since the process was started or
    /// paused, or no process that receives webhooks has recently shown a sign of life.
    Unheard(Unheard),
}

impl Revocations {
    /// Returns why a token is refused, or `None` if it is not.
    #[inline]
    pub(crate) fn refusal(&self, token: &Verified, now: Reading) -> Option<Refusal> {
        // Most tokens are accepted here. The slower checks are a separate function, so that this
        // one is small enough to be inlined.
        let log_serves = (self.shared.attached.as_ref()).is_none_or(Attached::serves_in_silence);
        if log_serves && self.shared.generation.is_known_to(token.found_clean()) {
            return None;
        }
        self.refusal_by_list_or_log(token, now)
    }

    fn refusal_by_list_or_log(&self, token: &Verified, now: Reading) -> Option<Refusal> {
        // Asks for the state of the log first, and then looks into the list. In the other order, the log
        // could be read in between. A token that the log revokes would then pass once.
        let attached = self.shared.attached.as_ref();
        let unheard = attached.and_then(|attached| attached.refusal(token, now));
        let revoked = self
            .shared
            .generation
            .look_up(token.found_clean(), || self.look_up(token));
        revoked
            .map(Refusal::Revoked)
            .or(unheard.map(Refusal::Unheard))
    }

    /// Returns why a token is refused if the log could not be read after a pause.
    pub(crate) fn refusal_unread(&self, token: &Verified, now: Reading) -> Refusal {
        let revoked = self
            .refusal(token, now)
            .filter(|it| matches!(it, Refusal::Revoked(_)));
        revoked.unwrap_or(Refusal::Unheard(Unheard::Unavailable))
    }

    /// Whether the process was paused. The log should then be read before a request is answered.
    #[inline]
    pub(crate) fn was_paused(&self, now: Reading) -> bool {
        (self.shared.attached.as_ref()).is_some_and(|attached| attached.was_paused(now))
    }

    /// Waits until the log was read after a pause of the process, or is out of reach. Waits for at most two
    /// seconds. If the process is stopped during the wait, at most 100 ms of each stop count.
    pub(crate) async fn until_not_paused(&self) -> Waited {
        match &self.shared.attached {
            Some(attached) => attached.until_not_paused(|| self.now()).await,
            None => Waited::UntilOver,
        }
    }

    /// Returns the `jti` of tokens that only this process refuses. The explorer shows the response to such a
    /// token. The first call sets the `jti` to `unused`, which no token has.
    #[cfg(all(feature = "explorer", feature = "test-util"))]
    pub(crate) fn sample_token_id(&self, unused: String) -> &str {
        self.shared.sample.token_id(unused)
    }

    /// Whether the task that reads the log has ended. Later revocations of other processes are then missed.
    pub(crate) fn has_ended(&self) -> bool {
        (self.shared.attached.as_ref()).is_some_and(Attached::has_ended)
    }

    #[cold]
    fn look_up(&self, token: &Verified) -> Option<Revoked> {
        if token.found_clean().is_never() {
            self.report_lifetime(token);
            let issued_at = token.times().issued_at.saturating_mul(1_000);
            self.learn_time(issued_at, self.now());
        }
        let list = self.shared.list.read();
        let list = list.unwrap_or_else(PoisonError::into_inner);
        let found = list.find(token, self.now_seconds());
        #[cfg(all(feature = "explorer", feature = "test-util"))]
        let found = found.or_else(|| self.shared.sample.find(token));
        found
    }

    /// Logs an error at the first token whose lifetime is longer than `max_token_lifetime`. Ignores the
    /// tokens of the explorer, which invents the lifetimes of most of them.
    fn report_lifetime(&self, token: &Verified) {
        if telemetry::is_quiet() {
            return;
        }
        let times = token.times();
        let lifetime = times.expires_at.saturating_sub(times.issued_at);
        let allowed = self.shared.horizon.max_token_lifetime();
        if lifetime > allowed && !self.shared.lifetime_reported.swap(true, Ordering::Relaxed) {
            telemetry::token_outlives_revocations(lifetime, allowed);
        }
    }
}
