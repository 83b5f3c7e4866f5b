//! Authenticates the caller of a request from its headers.

use std::sync::Arc;

use axum::extract::MatchedPath;
use http::{Extensions, request::Parts};

use super::{
    Logto, auth_info::AuthInfo, rejection_context::RejectionContext, remembered::Remembered,
};
use crate::{
    answer::{Rejection, cause::Cause},
    clock::Reading,
    jwks::Need,
    policy::requirement::Requirement,
    token::{access_token::AccessToken, source::NoToken},
    verify::{Origin, Verification, Verified, VerifyError},
};

/// The state of a request's token after a first try that does not wait.
pub(crate) enum Authentication {
    /// The token is verified.
    Done(AuthInfo),
    /// The request must wait: for keys, for an answer of `deny_if_async`, or for the log of revocations.
    Waits(Waiting),
}

/// A token whose request must wait. Does not borrow from the request, which may be moved meanwhile.
pub(crate) struct Waiting {
    logto: Logto,
    /// The keys to wait for. `None` if the token is verified, and the request waits for something else.
    need: Option<Need>,
    /// The verified token, if `need` is `None`.
    verified: Option<Arc<Verified>>,
    token: Box<[u8]>,
    route: Option<MatchedPath>,
}

impl Waiting {
    /// Waits for what is needed, then verifies the token.
    pub(crate) async fn authenticate(
        self,
        requirement: Option<&'static Requirement>,
    ) -> Result<(AuthInfo, Uncached), Rejection> {
        let Self {
            logto,
            need,
            verified,
            token,
            route,
        } = self;
        let context = RejectionContext::on_route(requirement, route.as_ref());
        let token = AccessToken::new(&token);
        let verification = match need {
            Some(need) => Verification::Waits(need),
            None => logto.verifier().try_verify(token, || verified.as_ref()),
        };
        match logto.finish(verification, token).await {
            Ok((verified, origin, now)) => {
                let auth = logto.authenticate(Arc::clone(&verified), now, || context)?;
                Ok((auth, Uncached { verified, origin }))
            }
            Err(refused) => Err(logto.reject_unfinished(refused, context)),
        }
    }
}

/// Why a token was rejected before the checks of [`authenticate`](Logto::authenticate).
pub(super) struct Unfinished {
    cause: Cause,
    /// The token, if it was verified.
    token: Option<Arc<Verified>>,
}

impl From<VerifyError> for Unfinished {
    fn from(error: VerifyError) -> Self {
        Self {
            cause: error.into(),
            token: None,
        }
    }
}

/// A token that was verified after a wait, and that its request does not remember yet.
pub(crate) struct Uncached {
    verified: Arc<Verified>,
    origin: Origin,
}

impl Uncached {
    /// Remembers the token in the extensions of its request, if its signature was checked.
    pub(crate) fn remember_in(&self, extensions: &mut Extensions, logto: &Logto) {
        if self.origin == Origin::Signature {
            logto.remember(&self.verified, extensions);
        }
    }
}

impl Logto {
    /// Whether the request has nothing that could be a token where this `Logto` looks.
    pub(crate) fn finds_no_token(&self, parts: &Parts) -> bool {
        let read = (self.settings().token_sources).read(&parts.method, &parts.headers);
        read.is_err_and(NoToken::is_absence)
    }

    /// Verifies the token of a request if that is possible without waiting.
    pub(crate) fn authenticate_now(
        self,
        parts: &mut Parts,
        requirement: Option<&'static Requirement>,
    ) -> Result<Authentication, Rejection> {
        let Parts {
            method,
            headers,
            extensions,
            ..
        } = parts;
        let token = (self.settings().token_sources)
            .read(method, headers)
            .map_err(|error| {
                self.reject(
                    error,
                    RejectionContext::in_request(requirement, extensions),
                    None,
                )
            })?;
        let this = self.tenant_of(token).map_err(|(logto, error)| {
            logto.reject(
                error,
                RejectionContext::in_request(requirement, extensions),
                None,
            )
        })?;
        let remembered = || {
            let memory = extensions.get::<Remembered>()?;
            memory.is_of(&this, token).then_some(&memory.verified)
        };
        match this.verifier().try_verify(token, remembered) {
            Verification::Verified(verified, origin, now) => {
                if origin == Origin::Signature {
                    this.remember(&verified, extensions);
                }
                let answer = match this.must_read_revocations(now) {
                    true => None,
                    false => this.known_answer(&verified, now),
                };
                match answer {
                    None => Ok(Authentication::Waits(this.waiting(
                        None,
                        Some(verified),
                        token,
                        extensions,
                    ))),
                    Some(Err(cause)) => {
                        let context = RejectionContext::in_request(requirement, extensions);
                        Err(this.reject(cause, context, Some(&verified)))
                    }
                    Some(Ok(())) => {
                        let context = || RejectionContext::in_request(requirement, extensions);
                        let authenticated = this.authenticate(verified, now, context);
                        authenticated.map(Authentication::Done)
                    }
                }
            }
            Verification::Rejected(error) => Err(this.reject(
                error,
                RejectionContext::in_request(requirement, extensions),
                None,
            )),
            Verification::Waits(need) => Ok(Authentication::Waits(this.waiting(
                Some(need),
                None,
                token,
                extensions,
            ))),
        }
    }

    #[cold]
    fn waiting(
        self,
        need: Option<Need>,
        verified: Option<Arc<Verified>>,
        token: AccessToken<'_>,
        extensions: &Extensions,
    ) -> Waiting {
        Waiting {
            logto: self,
            need,
            verified,
            token: token.as_bytes().into(),
            route: extensions.get().cloned(),
        }
    }

    /// Waits for keys if the verification needs them, for `deny_if_async`, and for revocations if the
    /// process was paused.
    pub(super) async fn finish(
        &self,
        verification: Verification,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Origin, Reading), Unfinished> {
        let (mut verified, origin, mut now) = self.verified(verification, token).await?;
        let answered = match self.known_answer(&verified, now) {
            Some(answered) => answered,
            None => {
                let answered = self.ask_deny_if_async(&verified, now).await;
                if answered.is_ok() {
                    (verified, now) = self.again(verified, token).await?;
                }
                answered
            }
        };
        if let Err(cause) = answered {
            return Err(Unfinished {
                cause,
                token: Some(verified),
            });
        }
        if self.must_read_revocations(now) {
            #[cfg(feature = "revocation")]
            if let Some(revocations) = &self.settings().revocations {
                revocations.wait_for_reading().await;
            }
            (verified, now) = self.again(verified, token).await?;
        }
        Ok((verified, origin, now))
    }

    /// Verifies a token again after a wait: it may have expired, or its key may have been withdrawn.
    async fn again(
        &self,
        verified: Arc<Verified>,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Reading), VerifyError> {
        let again = self.verifier().try_verify(token, || Some(&verified));
        let (verified, _, now) = self.verified(again, token).await?;
        Ok((verified, now))
    }

    #[cold]
    pub(super) fn reject_unfinished(
        &self,
        refused: Unfinished,
        context: RejectionContext<'_>,
    ) -> Rejection {
        self.reject(refused.cause, context, refused.token.as_ref())
    }

    async fn verified(
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

    /// Whether the process was paused, so that the log of revocations should be read first.
    #[inline]
    fn must_read_revocations(&self, now: Reading) -> bool {
        #[cfg(feature = "revocation")]
        return (self.settings().revocations.as_ref()).is_some_and(|list| list.was_paused(now));
        #[cfg(not(feature = "revocation"))]
        {
            let _ = now;
            false
        }
    }

    /// Returns the caller of a verified token, unless `deny_if` or a revocation rejects it. These checks
    /// come last: the request does not wait between them and the handler.
    pub(super) fn authenticate<'a>(
        self,
        verified: Arc<Verified>,
        now: Reading,
        context: impl FnOnce() -> RejectionContext<'a>,
    ) -> Result<AuthInfo, Rejection> {
        let auth = AuthInfo::new(verified, self);
        let (logto, token) = (auth.logto(), auth.verified());
        let mut functions = logto.settings().deny_if.iter();
        if let Some(denial) = functions.find_map(|deny| deny(&auth)) {
            return Err(logto.reject(denial, context(), Some(token)));
        }
        #[cfg(feature = "revocation")]
        if let Some(revocations) = &logto.settings().revocations
            && let Some(refusal) = revocations.refusal(token, now)
        {
            return Err(logto.reject(refusal, context(), Some(token)));
        }
        #[cfg(not(feature = "revocation"))]
        let _ = now;
        Ok(auth)
    }
}
