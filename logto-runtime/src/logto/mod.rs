//! The handle that an application keeps in its state.

pub(crate) mod auth_info;
pub(crate) mod authentication;
pub(crate) mod builder;
pub(crate) mod custom_claims;
pub(crate) mod health;
mod reject;
mod remembered;
pub(crate) mod shared;
pub(crate) mod state;
pub(crate) mod warm_up;

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use http::Extensions;

use self::{
    auth_info::AuthInfo,
    shared::{Settings, Shared, Tenant},
};
use crate::{
    answer::Rejection,
    decide::{SameOrganization, audience_is, decide},
    policy::requirement::Requirement,
    telemetry,
    token::access_token::AccessToken,
    verify::{Verification, Verified, Verifier},
};

/// A tenant of Logto, as this service sees it: verifies its access tokens and decides.
///
/// Put one into the state of the router (with `#[derive(FromRef)]`), or call
/// [`install_global`](Self::install_global) once where the state is `()`. Clones share everything.
#[derive(Clone)]
pub struct Logto {
    tenant: Arc<dyn Tenant>,
}

impl Logto {
    pub(crate) fn new(verifier: Verifier, settings: Settings) -> Self {
        Self {
            tenant: Arc::new(Shared {
                verifier,
                settings,
                reported: Mutex::default(),
            }),
        }
    }

    /// Verifies a token that came by another way than the `Authorization` header: on a WebSocket,
    /// in a queue. The audience is any resource of the builder, or an organization.
    ///
    /// # Errors
    ///
    /// What an [`AuthInfo`] extractor would answer.
    pub async fn verify(&self, token: &str) -> Result<AuthInfo, Rejection> {
        let token = AccessToken::new(token.as_bytes());
        let auth = match self.verifier().try_verify(token, || None) {
            Verification::Waits(need) => match self.verifier().verify_after(need, token).await {
                Ok((verified, _)) => self.clone().authenticate(verified, None)?,
                Err(error) => return Err(self.reject(error, None, None)),
            },
            Verification::Verified(verified, _) => self.clone().authenticate(verified, None)?,
            Verification::Rejected(error) => return Err(self.reject(error, None, None)),
        };
        self.audience_is_ours(&auth, &Extensions::new())?;
        Ok(auth)
    }

    /// Decides by a requirement; answers which one was met, of alternatives.
    #[inline]
    pub(crate) fn decide(
        &self,
        requirement: &'static Requirement,
        token: &Arc<Verified>,
        same_organization: SameOrganization<'_>,
    ) -> Result<&'static Requirement, Rejection> {
        let resources = &self.settings().resources;
        decide(requirement, token, resources, same_organization)
            .inspect(|_| telemetry::granted(|| token.caller()))
            .map_err(|unmet| self.reject_unmet(unmet, requirement, token))
    }

    /// The audience rule of extractors that stand without a guard.
    pub(crate) fn audience_is_ours(
        &self,
        auth: &AuthInfo,
        extensions: &Extensions,
    ) -> Result<(), Rejection> {
        let resources = &self.settings().resources;
        let token = auth.verified();
        if token.audience_organization().is_some()
            || token
                .audience()
                .any(|audience| resources.contains(audience))
            || self.audience_accepted(auth, extensions)
        {
            telemetry::granted(|| token.caller());
            return Ok(());
        }
        let default = resources.default_indicator().unwrap_or_default();
        match audience_is(token, default) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.reject(error, None, Some(token))),
        }
    }
}

impl fmt::Debug for Logto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logto")
            .field("endpoint", &self.settings().endpoint)
            .field("resources", &self.settings().resources.indicators())
            .finish_non_exhaustive()
    }
}
