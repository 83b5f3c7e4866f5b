//! Authenticates the caller of a request from its headers.

use std::sync::Arc;

use axum::extract::MatchedPath;
use http::{Extensions, HeaderMap};

use super::{Logto, asked::Asked, auth_info::AuthInfo, remembered::Remembered};
use crate::{
    answer::Rejection,
    jwks::Need,
    policy::requirement::Requirement,
    token::{access_token::AccessToken, bearer},
    verify::{Origin, Verification, Verified},
};

/// The state of a request's token after a first try that does not wait.
pub(crate) enum Authentication {
    /// The token is verified.
    Done(AuthInfo),
    /// Keys must be fetched before the token can be verified.
    Waits(Waiting),
}

/// A token that waits for keys. Does not borrow from the request, which may be moved meanwhile.
pub(crate) struct Waiting {
    logto: Logto,
    need: Need,
    token: Box<[u8]>,
    route: Option<MatchedPath>,
}

impl Waiting {
    /// Waits for the keys, then verifies the token.
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
        match logto.verifier().verify_after(need, token).await {
            Ok((verified, known)) => {
                let auth = logto.authenticate(Arc::clone(&verified), asked)?;
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
            Verification::Verified(verified, known) => {
                if known == Origin::Signature {
                    self.remember(&verified, extensions);
                }
                self.authenticate(verified, Asked::in_request(requirement, extensions))
                    .map(Authentication::Done)
            }
            Verification::Rejected(error) => {
                Err(self.reject(error, Asked::in_request(requirement, extensions), None))
            }
            Verification::Waits(need) => Ok(Authentication::Waits(Waiting {
                logto: self,
                need,
                token: token.as_bytes().into(),
                route: extensions.get().cloned(),
            })),
        }
    }

    /// Returns the caller of a verified token, unless `deny_if` or a revocation rejects it. Nothing
    /// waits between this and the handler.
    pub(super) fn authenticate(
        self,
        verified: Arc<Verified>,
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
            && let Some(revoked) = revocations.find(token)
        {
            return Err(logto.reject(revoked, asked, Some(token)));
        }
        Ok(auth)
    }
}
