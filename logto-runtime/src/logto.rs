//! The handle that an application keeps in its state.

mod judging;
mod memory;
mod refusal;
mod shared;
mod state;

use std::{
    fmt,
    sync::{Arc, Mutex, atomic::AtomicBool},
};

use http::Extensions;

use self::shared::{Shared, Tenant};
pub use self::state::{AlreadyInstalled, LogtoState};
pub(crate) use self::{
    judging::{FirstSeen, Judged, Waiting},
    shared::{DenyIf, Settings},
};
use crate::{
    AuthInfo, Builder, ConfigError, Policy, Rejection,
    access_token::AccessToken,
    decision::{SameOrganization, audience_is, decide},
    layer::RequireLayer,
    requirement::Requirement,
    telemetry,
    verify::{Attempt, Verified, Verifier},
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
    /// Starts a builder for the tenant at this endpoint, like `https://your-tenant.logto.app`.
    ///
    /// ```
    /// use logto_runtime::Logto;
    ///
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn builder(endpoint: impl Into<String>) -> Builder {
        Builder::new(Ok(endpoint.into()))
    }

    /// Builds from `LOGTO_ENDPOINT`, `LOGTO_RESOURCE` (comma separated; the first is the default),
    /// `LOGTO_ISSUER` and `LOGTO_JWKS_URI`. [`Builder::from_env`] leaves room for further settings.
    ///
    /// # Errors
    ///
    /// A variable that is missing, or a value that makes no sense.
    pub fn from_env() -> Result<Self, ConfigError> {
        Builder::from_env().build()
    }

    pub(crate) fn new(verifier: Verifier, settings: Settings) -> Self {
        Self {
            tenant: Arc::new(Shared {
                verifier,
                settings,
                reported: Mutex::default(),
                announces_metadata: AtomicBool::new(false),
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
        let auth = match self.verifier().attempt(token, || None) {
            Attempt::Waits(need) => match self.verifier().judge_after(need, token).await {
                Ok((verified, _)) => self.clone().admit(verified, None)?,
                Err(error) => return Err(self.reject(error, None, None)),
            },
            Attempt::Verified(verified, _) => self.clone().admit(verified, None)?,
            Attempt::Refused(error) => return Err(self.reject(error, None, None)),
        };
        self.audience_is_ours(&auth, &Extensions::new())?;
        Ok(auth)
    }

    /// A tower layer that lets only callers through who meet the policy.
    ///
    /// ```
    /// # use axum::{Router, routing::post};
    /// # use logto_runtime::{Logto, require_scopes};
    /// #[require_scopes("write:orders")]
    /// pub struct WriteOrders;
    ///
    /// # fn router(logto: Logto) -> Router {
    /// Router::new()
    ///     .route("/orders", post(async || "ordered"))
    ///     .route_layer(logto.require::<WriteOrders>())
    /// # }
    /// ```
    #[must_use]
    pub fn require<P: Policy>(&self) -> RequireLayer<P> {
        RequireLayer::new(self.clone())
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
            .inspect(|_| telemetry::granted(token))
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
            telemetry::granted(token);
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
