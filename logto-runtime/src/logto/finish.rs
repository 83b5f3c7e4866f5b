//! Finishes a verification that must wait: for keys, for an answer of `deny_if_async`, or for the revocation
//! log.

use std::sync::Arc;

use super::{Logto, authentication::Unfinished};
#[cfg(feature = "revocation")]
use crate::revocation::wait::Waited;
use crate::{
    clock::Reading,
    token::access_token::AccessToken,
    verify::{Origin, Verification, Verified, VerifyError},
};

/// How many answers of `deny_if_async` a request may get. An answer is too old to be used if the process was
/// paused in the meantime. The limit ends the request if that happens again.
const MAX_ANSWERS: usize = 2;

/// How often a request may wait for the revocation log. After each wait, the process may have been paused
/// again. The limit ends the request if that happens again and again. In a test, it also ends the request if
/// the list of revocations has another clock than the `Logto`: one of the clocks then always shows a pause.
#[cfg(feature = "revocation")]
const MAX_LOG_WAITS: usize = 3;

impl Logto {
    /// Finishes a verification. Waits for three things in this order:
    ///
    /// 1. keys, if the verification needs them;
    /// 2. an answer of `deny_if_async`, if no answer is remembered;
    /// 3. the revocation log, if the process was paused.
    ///
    /// If the answer is too old after these waits, waits for another one.
    pub(super) async fn finish(
        &self,
        verification: Verification,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Origin, Reading), Unfinished> {
        let (mut verified, origin, mut now) = self.wait_for_keys(verification, token).await?;
        for _ in 0..MAX_ANSWERS {
            let answered = match self.settings().known_answer(&verified, now) {
                Some(answered) => answered,
                None => {
                    let answered = self.ask_deny_if_async(&verified, now).await;
                    if answered.is_ok() {
                        (verified, now) = self.verify_again(verified, token).await?;
                    }
                    answered
                }
            };
            let accepted = match answered {
                Ok(accepted) => accepted,
                Err(cause) => {
                    let token = Some(verified);
                    return Err(Unfinished { cause, token });
                }
            };
            #[cfg(feature = "revocation")]
            {
                (verified, now) = self.until_not_paused(verified, now, token).await?;
            }
            if accepted.is_recent(now) {
                return Ok((verified, origin, now));
            }
        }
        Err(Unfinished {
            cause: self.answers_are_too_old(&verified),
            token: Some(verified),
        })
    }

    /// After a pause of the process, waits until the revocation log has been read, or turns out to be
    /// unreachable. If neither happens in time, refuses the token: it may have been revoked during the pause.
    /// Outside a tokio runtime with a timer, refuses the token without a wait.
    #[cfg(feature = "revocation")]
    async fn until_not_paused(
        &self,
        mut verified: Arc<Verified>,
        mut now: Reading,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Reading), Unfinished> {
        let Some(revocations) = &self.settings().revocations else {
            return Ok((verified, now));
        };
        // The process can be paused again while the token is verified again.
        for _ in 0..MAX_LOG_WAITS {
            if !revocations.was_paused(now) {
                return Ok((verified, now));
            }
            let waited = revocations.until_not_paused().await;
            (verified, now) = self.verify_again(verified, token).await?;
            if waited == Waited::InVain {
                break;
            }
        }
        if revocations.was_paused(now) {
            let cause = revocations.refusal_unread(&verified, now).into();
            let token = Some(verified);
            return Err(Unfinished { cause, token });
        }
        Ok((verified, now))
    }

    /// Verifies a token again after a wait. Meanwhile, the token may have expired, or its key may have been
    /// withdrawn.
    async fn verify_again(
        &self,
        verified: Arc<Verified>,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Reading), VerifyError> {
        let again = self.verifier().try_verify(token, || Some(&verified));
        let (verified, _, now) = self.wait_for_keys(again, token).await?;
        Ok((verified, now))
    }

    /// Waits for keys if the verification needs them.
    async fn wait_for_keys(
        &self,
        verification: Verification,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Origin, Reading), VerifyError> {
        match verification {
            Verification::Verified(verified, origin, now) => Ok((verified, origin, now)),
            Verification::Rejected(error) => Err(error),
            Verification::Waits(need) => self.verifier().verify_after(need, token).await,
        }
    }
}
