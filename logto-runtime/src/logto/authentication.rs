//! Authenticates the caller of a request from its headers.

use std::sync::Arc;

use axum::extract::MatchedPath;
use http::{Extensions, request::Parts};

use super::{
    Logto, auth_info::AuthInfo, rejection_context::RejectionContext, remembered::Remembered,
    shared::Shared,
};
use crate::{
    answer::{Rejection, cause::Cause},
    clock::Reading,
    jwks::Need,
    policy::requirement::Requirement,
    token::{access_token::AccessToken, source::NoToken},
    verify::{Origin, Verification, Verified, VerifyError},
};

/// The result of trying to authenticate a request without waiting.
pub(crate) enum Authentication {
    /// The caller is authenticated.
    Done(AuthInfo),
    /// The request must wait: for keys, for an answer of `deny_if_async`, or for the revocation log.
    Waits(Waiting),
}

/// A token whose request must wait. Does not borrow from the request, so the request can be moved meanwhile.
pub(crate) struct Waiting {
    logto: Logto,
    waits_for: WaitsFor,
    token: Box<[u8]>,
    route: Option<MatchedPath>,
}

/// What the request of a token waits for.
enum WaitsFor {
    /// Keys that can verify the token.
    Keys(Need),
    /// An answer of `deny_if_async`, or the revocation log. The token is already verified.
    Denials(Arc<Verified>),
}

impl Waiting {
    /// Waits for everything that the token needs, and authenticates its request.
    pub(crate) async fn authenticate(
        self,
        requirement: Option<&'static Requirement>,
    ) -> Result<(AuthInfo, Unremembered), Rejection> {
        let Self {
            logto,
            waits_for,
            token,
            route,
        } = self;
        let context = RejectionContext::on_route(requirement, route.as_ref());
        let token = AccessToken::new(&token);
        let verification = match waits_for {
            WaitsFor::Keys(need) => Verification::Waits(need),
            WaitsFor::Denials(verified) => logto.verifier().try_verify(token, || Some(&verified)),
        };
        match logto.finish(verification, token).await {
            Ok((verified, origin, now)) => {
                let auth = logto.authenticate(Arc::clone(&verified), now, || context)?;
                Ok((auth, Unremembered { verified, origin }))
            }
            Err(refused) => Err(logto.reject_unfinished(refused, context)),
        }
    }
}

/// Why a token was rejected before the checks of [`authenticate`](Logto::authenticate).
pub(super) struct Unfinished {
    pub(super) cause: Cause,
    /// The token, if it was verified.
    pub(super) token: Option<Arc<Verified>>,
}

impl From<VerifyError> for Unfinished {
    fn from(error: VerifyError) -> Self {
        Self {
            cause: error.into(),
            token: None,
        }
    }
}

/// The token of a request that has waited. If the signature was checked after the wait, the extensions of the
/// request do not have the token yet.
pub(crate) struct Unremembered {
    verified: Arc<Verified>,
    origin: Origin,
}

impl Unremembered {
    /// If the signature was checked after the wait, remembers the token in the extensions.
    pub(crate) fn remember_in(&self, extensions: &mut Extensions, logto: &Logto) {
        if self.origin == Origin::Signature {
            logto.remember(&self.verified, extensions);
        }
    }
}

impl Logto {
    /// Returns whether the request has nothing in the places where this `Logto` looks for a token.
    pub(crate) fn finds_no_token(&self, parts: &Parts) -> bool {
        let read = (self.settings().token_sources).read(&parts.method, &parts.headers);
        read.is_err_and(NoToken::is_absence)
    }

    /// Authenticates a request if that is possible without waiting.
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
                let context = RejectionContext::in_request(requirement, extensions);
                self.reject(error, context, None)
            })?;
        let this = self.tenant_of(token).map_err(|(logto, error)| {
            let context = RejectionContext::in_request(requirement, extensions);
            logto.reject(error, context, None)
        })?;
        let remembered = || {
            let memory = extensions.get::<Remembered>()?;
            memory.verified(&this, token)
        };
        let Shared {
            verifier, settings, ..
        } = this.shared();
        match verifier.try_verify(token, remembered) {
            Verification::Verified(verified, origin, now) => {
                if origin == Origin::Signature {
                    this.remember(&verified, extensions);
                }
                let answer = if settings.must_read_revocations(now) {
                    None
                } else {
                    settings.known_answer(&verified, now)
                };
                match answer {
                    None => {
                        let waiting = this.waiting(WaitsFor::Denials(verified), token, extensions);
                        Ok(Authentication::Waits(waiting))
                    }
                    Some(Err(cause)) => {
                        let context = RejectionContext::in_request(requirement, extensions);
                        Err(this.reject(cause, context, Some(&verified)))
                    }
                    Some(Ok(_)) => {
                        let context = || RejectionContext::in_request(requirement, extensions);
                        let authenticated = this.authenticate(verified, now, context);
                        authenticated.map(Authentication::Done)
                    }
                }
            }
            Verification::Rejected(error) => {
                let context = RejectionContext::in_request(requirement, extensions);
                Err(this.reject(error, context, None))
            }
            Verification::Waits(need) => {
                let waiting = this.waiting(WaitsFor::Keys(need), token, extensions);
                Ok(Authentication::Waits(waiting))
            }
        }
    }

    #[cold]
    fn waiting(
        self,
        waits_for: WaitsFor,
        token: AccessToken<'_>,
        extensions: &Extensions,
    ) -> Waiting {
        Waiting {
            logto: self,
            waits_for,
            token: token.as_bytes().into(),
            route: extensions.get().cloned(),
        }
    }

    #[cold]
    pub(super) fn reject_unfinished(
        &self,
        refused: Unfinished,
        context: RejectionContext<'_>,
    ) -> Rejection {
        self.reject(refused.cause, context, refused.token.as_ref())
    }

    /// Returns the caller of a verified token, unless `deny_if` or the list of revocations rejects the
    /// caller.
    ///
    /// These checks come after all waits of a guard. So they see a revocation that arrives during a wait.
    pub(super) fn authenticate<'a>(
        self,
        verified: Arc<Verified>,
        now: Reading,
        context: impl FnOnce() -> RejectionContext<'a>,
    ) -> Result<AuthInfo, Rejection> {
        let auth = AuthInfo::new(verified, self);
        let (logto, token) = (auth.logto(), auth.verified());
        let settings = logto.settings();
        let mut functions = settings.deny_if.iter();
        if let Some(denial) = functions.find_map(|deny| deny(&auth)) {
            return Err(logto.reject(denial, context(), Some(token)));
        }
        #[cfg(feature = "revocation")]
        if let Some(revocations) = &settings.revocations
            && let Some(refusal) = revocations.refusal(token, now)
        {
            return Err(logto.reject(refusal, context(), Some(token)));
        }
        #[cfg(not(feature = "revocation"))]
        let _ = now;
        Ok(auth)
    }
}
