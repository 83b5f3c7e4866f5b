//! Waits until a caller's token would be refused.

use std::time::Duration;

use tokio::{sync::watch, time::sleep};

use super::auth_info::AuthInfo;
use crate::{answer::cause::Cause, clock::current_runtime, revocation::Revocations};

/// After the list of revocations has changed, a waiter pauses this long before it checks its token again.
/// With this pause, a waiter makes the checks at most ten times a second.
const GATHER: Duration = Duration::from_millis(100);

/// The time between two checks while the list does not change.
const TICK: Duration = Duration::from_secs(1);

impl AuthInfo {
    /// Waits until this caller should no longer be served. The wait ends for one of these reasons:
    ///
    /// - The token has expired or was revoked, or its key was withdrawn. While this method waits, it
    ///   refreshes the key set as requests do.
    /// - [`deny_if`](crate::LogtoBuilder::deny_if) or [`deny_if_async`](crate::LogtoBuilder::deny_if_async)
    ///   denies the caller.
    /// - The token is so old that its revocation may have been forgotten.
    /// - The mode of [`Silence`](crate::Silence) makes guards refuse the token.
    /// - This process has stopped reading the revocation log.
    /// - This method is called outside a tokio runtime with a timer.
    ///
    /// Use this method to end a WebSocket or an event stream. It takes some time to notice a reason:
    ///
    /// - a revocation that this process has learned of: at most a tenth of a second and a few milliseconds
    /// - a denial by `deny_if_async`: at most
    ///   [`deny_remembered_for`](crate::LogtoBuilder::deny_remembered_for), plus one second, plus the time
    ///   that the functions take
    /// - every other reason: at most a second and a few milliseconds
    ///
    /// ```
    /// # use logto_runtime::AuthInfo;
    /// async fn serve(auth: AuthInfo, messages: impl Future<Output = ()>) {
    ///     tokio::select! {
    ///         () = messages => {}
    ///         () = auth.until_invalid() => {} // close the connection
    ///     }
    /// }
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "revocation")))]
    pub async fn until_invalid(&self) {
        // Without a timer, `sleep` would panic.
        if current_runtime().is_err() {
            return;
        }
        tokio::select! {
            () = self.until_refused() => {}
            () = self.until_denied() => {}
        }
    }

    /// Waits until a check other than `deny_if_async` fails.
    async fn until_refused(&self) {
        let revocations = self.logto().settings().revocations.as_ref();
        // Subscribes before the check, so that a change during the check is not missed.
        let mut changes = revocations.map(Revocations::subscribe);
        while self.is_accepted() {
            tokio::select! {
                // An event stream does not poll this method while the client reads nothing. If `TICK` has
                // passed by the next poll, the checks must follow at once. Without `biased`, `GATHER` could
                // delay them.
                biased;
                () = sleep(TICK) => {}
                () = changed(changes.as_mut()) => sleep(GATHER).await,
            }
        }
    }

    /// Waits until `deny_if_async` denies the caller.
    ///
    /// If `deny_if_async` does not answer, the wait goes on.
    async fn until_denied(&self) {
        let (logto, token) = (self.logto(), self.verified());
        let Some(inquiry) = &logto.settings().deny_if_async else {
            return std::future::pending().await;
        };
        // With many connections, the shared memory may lack the answer. Without the answer in `last`, each of
        // these connections would ask the functions at each tick.
        let mut last = None;
        loop {
            let now = logto.verifier().clock.read();
            let own = last.filter(|answer| inquiry.is_fresh(answer, now));
            let answer = match inquiry.known_answer(token, now).or(own) {
                Some(answer) => answer,
                None => inquiry.ask_in_task(self, now).await,
            };
            if matches!(inquiry.result(answer), Err(Cause::Denied(_))) {
                return;
            }
            last = Some(answer);
            sleep(TICK).await;
        }
    }

    /// Returns whether all checks except `deny_if_async` accept this token. Does not log a rejection.
    fn is_accepted(&self) -> bool {
        let (logto, token) = (self.logto(), self.verified());
        let settings = logto.settings();
        let now = logto.verifier().clock.read();
        logto.verifier().still_accepts(token, now)
            && !settings.deny_if.iter().any(|deny| deny(self).is_some())
            && (settings.revocations.as_ref()).is_none_or(|revocations| {
                !revocations.has_ended() && revocations.refusal(token, now).is_none()
            })
    }
}

/// Waits for a change of the list of revocations. Without a list, or if the list can no longer change, waits
/// forever.
async fn changed(changes: Option<&mut watch::Receiver<()>>) {
    if let Some(changes) = changes
        && changes.changed().await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        pin::{Pin, pin},
        task::Poll,
    };

    use tokio::time::advance;

    use super::*;
    use crate::{Revocation, test_util::TestTenant};

    /// Polls once. Returns whether the wait is over.
    async fn is_over(mut wait: Pin<&mut impl Future<Output = ()>>) -> bool {
        poll_fn(|context| Poll::Ready(wait.as_mut().poll(context).is_ready())).await
    }

    /// From the revocation until the tick is over, the wait is not polled, as in an event stream whose client
    /// reads nothing.
    #[tokio::test(start_paused = true)]
    async fn a_wait_is_over_at_the_first_poll_after_a_revocation_and_a_tick() {
        let tenant = TestTenant::builder()
            .resource("https://api.example.com", ["read"])
            .offline()
            .start();
        let revocations = Revocations::in_memory(tenant.endpoint());
        let logto = tenant.logto().revocations(&revocations);
        let logto = logto.build().unwrap();
        for number in 0..30 {
            let user = format!("user-{number}");
            let token = tenant.token().user(&user).mint();
            let auth = logto.verify(&token).await.unwrap();
            let mut wait = pin!(auth.until_invalid());
            assert!(!is_over(wait.as_mut()).await);
            let revocation = Revocation::subject(user);
            revocations.revoke(revocation).await.unwrap();
            advance(TICK + Duration::from_millis(1)).await;
            assert!(is_over(wait.as_mut()).await, "{number}");
        }
    }
}
