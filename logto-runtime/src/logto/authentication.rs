//! Authenticates the caller of a request from its headers.

use std::sync::Arc;

use axum::extract::MatchedPath;
use http::{Extensions, HeaderMap};

use super::{Logto, asked::Asked, auth_info::AuthInfo, remembered::Remembered};
use crate::{
    answer::Rejection,
    clock::Reading,
    jwks::Need,
    policy::requirement::Requirement,
    token::{access_token::AccessToken, bearer},
    verify::{Origin, Verification, Verified, VerifyError},
};

/// The state of a request's token after a first try that does not wait.
pub(crate) enum Authentication {
    /// The token is verified.
    Done(AuthInfo),
    /// Keys must be fetched before the token can be verified, or revocations read.
    Waits(Waiting),
}

/// A token that waits for keys or for revocations. Does not borrow from the request, which may be moved meanwhile.
pub(crate) struct Waiting {
    logto: Logto,
    /// What to wait for; `None` if that is only a reading of the log of revocations.
    need: Option<Need>,
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
            token,
            route,
        } = self;
        let asked = Asked::on_route(requirement, route.as_ref());
        let token = AccessToken::new(&token);
        let verification = match need {
            Some(need) => Verification::Waits(need),
            None => logto.verifier().try_verify(token, || None),
        };
        match logto.finish(verification, token).await {
            Ok((verified, known, now)) => {
                let auth = logto.authenticate(Arc::clone(&verified), now, asked)?;
                Ok((auth, Uncached { verified, known }))
            }
            Err(error) => Err(logto.reject(error, asked, None)),
        }
    }
}

/// A token that was verified after a wait, and that its request does not remember yet.
pub(crate) struct Uncached {
    verified: Arc<Verified>,
    known: Origin,
}

impl Uncached {
    /// Remembers the token in the extensions of its request, if its signature was checked.
    pub(crate) fn remember_in(&self, extensions: &mut Extensions, logto: &Logto) {
        if self.known == Origin::Signature {
            logto.remember(&self.verified, extensions);
        }
    }
}

impl Logto {
    /// Verifies the token of a request if that is possible without waiting.
    pub(crate) fn authenticate_now(
        self,
        headers: &HeaderMap,
        extensions: &mut Extensions,
        requirement: Option<&'static Requirement>,
    ) -> Result<Authentication, Rejection> {
        let token = bearer::access_token(headers).map_err(|error| {
            self.reject(error, Asked::in_request(requirement, extensions), None)
        })?;
        let remembered = || {
            let memory = extensions.get::<Remembered>()?;
            memory.is_of(&self, token).then_some(&memory.verified)
        };
        match self.verifier().try_verify(token, remembered) {
            Verification::Verified(verified, known, now) => {
                if known == Origin::Signature {
                    self.remember(&verified, extensions);
                }
                if self.must_read_revocations(now) {
                    return Ok(Authentication::Waits(self.waiting(None, token, extensions)));
                }
                self.authenticate(verified, now, Asked::in_request(requirement, extensions))
                    .map(Authentication::Done)
            }
            Verification::Rejected(error) => {
                Err(self.reject(error, Asked::in_request(requirement, extensions), None))
            }
            Verification::Waits(need) => Ok(Authentication::Waits(self.waiting(
                Some(need),
                token,
                extensions,
            ))),
        }
    }

    #[cold]
    fn waiting(
        self,
        need: Option<Need>,
        token: AccessToken<'_>,
        extensions: &Extensions,
    ) -> Waiting {
        Waiting {
            logto: self,
            need,
            token: token.as_bytes().into(),
            route: extensions.get().cloned(),
        }
    }

    /// Waits for keys if the verification needs them, and for revocations if the process was paused.
    pub(super) async fn finish(
        &self,
        verification: Verification,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Origin, Reading), VerifyError> {
        let done = self.verified(verification, token).await?;
        if !self.must_read_revocations(done.2) {
            return Ok(done);
        }
        #[cfg(feature = "revocation")]
        if let Some(revocations) = &self.settings().revocations {
            revocations.wait_for_reading().await;
        }
        // The token may have expired meanwhile, or its key may have been withdrawn.
        let again = self.verifier().try_verify(token, || Some(&done.0));
        let (verified, _, now) = self.verified(again, token).await?;
        Ok((verified, done.1, now))
    }

    async fn verified(
        &self,
        verification: Verification,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Origin, Reading), VerifyError> {
        match verification {
            Verification::Verified(verified, known, now) => Ok((verified, known, now)),
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

    /// Returns the caller of a verified token, unless `deny_if` or a revocation rejects it. Nothing
    /// waits between this and the handler.
    pub(super) fn authenticate(
        self,
        verified: Arc<Verified>,
        now: Reading,
        asked: Asked<'_>,
    ) -> Result<AuthInfo, Rejection> {
        let auth = AuthInfo::new(verified, self);
        let (logto, token) = (auth.logto(), auth.verified());
        let mut functions = logto.settings().deny_if.iter();
        if let Some(denial) = functions.find_map(|deny| deny(&auth)) {
            return Err(logto.reject(denial, asked, Some(token)));
        }
        #[cfg(feature = "revocation")]
        if let Some(revocations) = &logto.settings().revocations
            && let Some(refusal) = revocations.refusal(token, now)
        {
            return Err(logto.reject(refusal, asked, Some(token)));
        }
        #[cfg(not(feature = "revocation"))]
        let _ = now;
        Ok(auth)
    }
}
