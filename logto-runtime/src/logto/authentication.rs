//! From the headers of a request to its caller.

use std::sync::Arc;

use http::{Extensions, HeaderMap};

use super::{Logto, auth_info::AuthInfo, remembered::Remembered};
use crate::{
    answer::Rejection,
    jwks::Need,
    policy::requirement::Requirement,
    token::{access_token::AccessToken, bearer},
    verify::{Origin, Verification, Verified, VerifyError},
};

/// What became of the token of a request.
pub(crate) enum Authentication {
    Done(AuthInfo),
    Waits(Waiting),
}

/// A token that waits for keys. It borrows nothing, so that a request may go on meanwhile.
pub(crate) struct Waiting {
    logto: Logto,
    need: Need,
    token: Box<[u8]>,
}

impl Waiting {
    pub(crate) async fn authenticate(
        self,
        requirement: Option<&'static Requirement>,
    ) -> Result<(AuthInfo, Uncached), Rejection> {
        let Self { logto, need, token } = self;
        let token = AccessToken::new(&token);
        match logto.verifier().verify_after(need, token).await {
            Ok((verified, known)) => {
                let auth = logto.authenticate(Arc::clone(&verified), requirement)?;
                Ok((auth, Uncached { verified, known }))
            }
            Err(error) => Err(logto.reject(error, requirement, None)),
        }
    }
}

/// What a request that waited has yet to remember.
pub(crate) struct Uncached {
    verified: Arc<Verified>,
    known: Origin,
}

impl Uncached {
    pub(crate) fn remember_in(&self, extensions: &mut Extensions, logto: &Logto) {
        if self.known == Origin::Signature {
            logto.remember(&self.verified, extensions);
        }
    }
}

impl Logto {
    /// Judges the token of a request without waiting, as far as that is possible.
    pub(crate) fn authenticate_now(
        self,
        headers: &HeaderMap,
        extensions: &mut Extensions,
        requirement: Option<&'static Requirement>,
    ) -> Result<Authentication, Rejection> {
        let token =
            bearer::access_token(headers).map_err(|error| self.reject(error, requirement, None))?;
        let remembered = || {
            let memory = extensions.get::<Remembered>()?;
            memory.is_of(&self, token).then_some(&memory.verified)
        };
        match self.verifier().try_verify(token, remembered) {
            Verification::Verified(verified, known) => {
                if known == Origin::Signature {
                    self.remember(&verified, extensions);
                }
                self.authenticate(verified, requirement)
                    .map(Authentication::Done)
            }
            Verification::Rejected(error) => Err(self.reject(error, requirement, None)),
            Verification::Waits(need) => Ok(Authentication::Waits(Waiting {
                logto: self,
                need,
                token: token.as_bytes().into(),
            })),
        }
    }

    pub(super) fn authenticate(
        self,
        verified: Arc<Verified>,
        requirement: Option<&'static Requirement>,
    ) -> Result<AuthInfo, Rejection> {
        let auth = AuthInfo::new(verified, self);
        let (logto, token) = (auth.logto(), auth.verified());
        if logto.settings().deny_if.iter().any(|deny| deny(&auth)) {
            return Err(logto.reject(VerifyError::Denied, requirement, Some(token)));
        }
        Ok(auth)
    }
}
