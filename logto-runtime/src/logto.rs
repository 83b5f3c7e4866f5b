//! The handle that an application keeps in its state.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::extract::FromRef;
use http::{Extensions, HeaderMap};
use once_cell::sync::OnceCell;
use url::Url;

use crate::{
    AuthInfo, Builder, ConfigError, Policy, Rejection,
    access_token::AccessToken,
    bearer,
    decision::{SameOrganization, audience_is, decide},
    layer::RequireLayer,
    misconfiguration::Misconfiguration,
    rejection::{Cause, Render},
    requirement::{OrganizationSource, Requirement},
    resource_metadata,
    resources::Resources,
    telemetry,
    verify::{Attempt, Known, Verified, Verifier, VerifyError},
};

/// A tenant of Logto, as this service sees it: verifies its access tokens and decides.
///
/// Put one into the state of the router (with `#[derive(FromRef)]`), or call
/// [`install_global`](Self::install_global) once where the state is `()`. Clones share everything.
#[derive(Clone)]
pub struct Logto {
    shared: Arc<Shared>,
}

struct Shared {
    verifier: Verifier,
    settings: Settings,
    reported: Mutex<Vec<Misconfiguration>>,
    announces_metadata: AtomicBool,
}

/// What a [`Logto`] needs beside its verifier.
pub(crate) struct Settings {
    pub(crate) endpoint: String,
    pub(crate) jwks_url: Url,
    pub(crate) client: reqwest::Client,
    pub(crate) resources: Resources,
    pub(crate) render: Option<Render>,
    pub(crate) deny_if: Vec<DenyIf>,
}

pub(crate) type DenyIf = Box<dyn Fn(&AuthInfo) -> bool + Send + Sync>;

/// [`Logto::install_global`] was called before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Logto is installed already; call `install_global` once, at the start of the program")]
pub struct AlreadyInstalled(());

static GLOBAL: OnceCell<Logto> = OnceCell::new();

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
            shared: Arc::new(Shared {
                verifier,
                settings,
                reported: Mutex::default(),
                announces_metadata: AtomicBool::new(false),
            }),
        }
    }

    /// Makes this the tenant of every guard whose state is `()`.
    ///
    /// # Errors
    ///
    /// One is installed already.
    pub fn install_global(self) -> Result<(), AlreadyInstalled> {
        GLOBAL.set(self).map_err(|_| AlreadyInstalled(()))
    }

    /// The tenant that [`install_global`](Self::install_global) was called on.
    #[must_use]
    pub fn global() -> Option<Self> {
        GLOBAL.get().cloned()
    }

    /// Verifies a token that came by another way than the `Authorization` header: on a WebSocket,
    /// in a queue. The audience is any resource of the builder, or an organization.
    ///
    /// # Errors
    ///
    /// What an [`AuthInfo`] extractor would answer.
    pub async fn verify(&self, token: &str) -> Result<AuthInfo, Rejection> {
        let token = AccessToken::new(token.as_bytes());
        let auth = match self.shared.verifier.attempt(token, || None) {
            Attempt::Waits(need) => match self.shared.verifier.judge_after(need, token).await {
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

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.shared.verifier
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Judges the token of a request without waiting, as far as that is possible.
    pub(crate) fn authenticate_now(
        self,
        headers: &HeaderMap,
        extensions: &mut Extensions,
        requirement: Option<&'static Requirement>,
    ) -> Result<Judged, Rejection> {
        let token =
            bearer::access_token(headers).map_err(|error| self.reject(error, requirement, None))?;
        let remembered = || {
            let memory = extensions.get::<Remembered>()?;
            memory.is_of(&self, token).then_some(&memory.verified)
        };
        match self.shared.verifier.attempt(token, remembered) {
            Attempt::Verified(verified, known) => {
                self.remember(&verified, known, extensions);
                self.admit(verified, requirement).map(Judged::Admitted)
            }
            Attempt::Refused(error) => Err(self.reject(error, requirement, None)),
            Attempt::Waits(need) => Ok(Judged::Waits(Waiting {
                logto: self,
                need,
                token: token.as_bytes().into(),
            })),
        }
    }

    /// Decides by a requirement; answers which one was met, of alternatives.
    pub(crate) fn decide(
        &self,
        requirement: &'static Requirement,
        token: &Arc<Verified>,
        same_organization: SameOrganization<'_>,
    ) -> Result<&'static Requirement, Rejection> {
        let resources = &self.shared.settings.resources;
        decide(requirement, token, resources, same_organization)
            .inspect(|_| telemetry::granted(token))
            .map_err(|unmet| self.reject(unmet.error, Some(unmet.requirement), Some(token)))
    }

    /// A guard may name a resource that the builder was not given, or have an `org` of its own; the
    /// extractors behind it then must not refuse what it let through.
    pub(crate) fn remember_grant(
        &self,
        met: &Requirement,
        auth: &AuthInfo,
        extensions: &mut Extensions,
    ) {
        let foreign_audience = met
            .resource()
            .filter(|resource| resource.contains(':'))
            .is_some_and(|resource| !self.shared.settings.resources.contains(resource));
        let own_organization_source =
            met.wants_organization() && met.organization() != OrganizationSource::Route;
        if !foreign_audience && !own_organization_source {
            return;
        }
        let before = self.remembered(auth, extensions);
        let granted = Remembered {
            logto: self.clone(),
            verified: Arc::clone(auth.verified()),
            audience_accepted: foreign_audience
                || before.is_some_and(|memory| memory.audience_accepted),
            organization_compared: own_organization_source
                || before.is_some_and(|memory| memory.organization_compared),
        };
        extensions.insert(granted);
    }

    /// Whether a guard of this request has compared the caller's organization, in the place that
    /// its `org` names.
    pub(crate) fn organization_compared(&self, auth: &AuthInfo, extensions: &Extensions) -> bool {
        self.remembered(auth, extensions)
            .is_some_and(|memory| memory.organization_compared)
    }

    fn remembered<'e>(
        &self,
        auth: &AuthInfo,
        extensions: &'e Extensions,
    ) -> Option<&'e Remembered> {
        let token = AccessToken::new(auth.verified().token());
        extensions
            .get::<Remembered>()
            .filter(|memory| memory.is_of(self, token))
    }

    /// The audience rule of extractors that stand without a guard.
    pub(crate) fn audience_is_ours(
        &self,
        auth: &AuthInfo,
        extensions: &Extensions,
    ) -> Result<(), Rejection> {
        let resources = &self.shared.settings.resources;
        let token = auth.verified();
        let by_a_guard = || {
            self.remembered(auth, extensions)
                .is_some_and(|memory| memory.audience_accepted)
        };
        if token.audience_organization().is_some()
            || token
                .audience()
                .any(|audience| resources.contains(audience))
            || by_a_guard()
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

    /// Logs a refusal, once, and makes it an answer.
    pub(crate) fn reject(
        &self,
        cause: impl Into<Cause>,
        requirement: Option<&'static Requirement>,
        token: Option<&Arc<Verified>>,
    ) -> Rejection {
        let render = self.shared.settings.render.clone();
        let rejection = Rejection::new(cause, requirement, render)
            .with_metadata_url(self.metadata_url(requirement));
        match rejection.misconfiguration() {
            Some(fault) if self.is_news(fault) => telemetry::misconfigured(&rejection, fault),
            _ => telemetry::refused(&rejection, token.map(|token| &**token)),
        }
        rejection
    }

    pub(crate) fn announce_metadata(&self) {
        self.shared
            .announces_metadata
            .store(true, Ordering::Relaxed);
    }

    fn metadata_url(&self, requirement: Option<&Requirement>) -> Option<String> {
        if !self.shared.announces_metadata.load(Ordering::Relaxed) {
            return None;
        }
        let resources = &self.shared.settings.resources;
        let audience = match requirement {
            Some(requirement) => resources.audience_of(requirement).ok(),
            None => resources.default_indicator(),
        };
        audience.and_then(resource_metadata::url_of)
    }

    fn is_news(&self, fault: &Misconfiguration) -> bool {
        let reported = self.shared.reported.lock();
        let mut reported = reported.unwrap_or_else(PoisonError::into_inner);
        let news = !reported.contains(fault);
        if news {
            reported.push(fault.clone());
        }
        news
    }

    fn admit(
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

    /// A token seen for the first time may not stay in the cache; this request must not pay twice.
    fn remember(&self, verified: &Arc<Verified>, known: Known, extensions: &mut Extensions) {
        if known == Known::JustNow {
            extensions.insert(Remembered {
                logto: self.clone(),
                verified: Arc::clone(verified),
                audience_accepted: false,
                organization_compared: false,
            });
        }
    }
}

/// What became of the token of a request.
pub(crate) enum Judged {
    Admitted(AuthInfo),
    Waits(Waiting),
}

/// A token that waits for keys. It borrows nothing, so that a request may go on meanwhile.
pub(crate) struct Waiting {
    logto: Logto,
    need: crate::jwks::Need,
    token: Box<[u8]>,
}

impl Waiting {
    pub(crate) async fn judge(
        self,
        requirement: Option<&'static Requirement>,
    ) -> Result<(AuthInfo, FirstSeen), Rejection> {
        let Self { logto, need, token } = self;
        let token = AccessToken::new(&token);
        match logto.verifier().judge_after(need, token).await {
            Ok((verified, known)) => {
                let auth = logto.admit(Arc::clone(&verified), requirement)?;
                Ok((auth, FirstSeen { verified, known }))
            }
            Err(error) => Err(logto.reject(error, requirement, None)),
        }
    }
}

/// What a request that waited has yet to remember.
pub(crate) struct FirstSeen {
    verified: Arc<Verified>,
    known: Known,
}

impl FirstSeen {
    pub(crate) fn remember_in(&self, extensions: &mut Extensions, logto: &Logto) {
        logto.remember(&self.verified, self.known, extensions);
    }
}

/// What this request already verified: private, so that nobody else can plant it.
#[derive(Clone)]
struct Remembered {
    logto: Logto,
    verified: Arc<Verified>,
    audience_accepted: bool,
    organization_compared: bool,
}

impl Remembered {
    fn is_of(&self, logto: &Logto, token: AccessToken<'_>) -> bool {
        Arc::ptr_eq(&self.logto.shared, &logto.shared) && self.verified.token() == token.as_bytes()
    }
}

/// The state of a router whose guards need a [`Logto`]: every state that `Logto` is `FromRef` of,
/// and `()` with [`Logto::install_global`].
#[diagnostic::on_unimplemented(
    message = "the state `{Self}` has no `Logto`",
    label = "a guard needs a `Logto` in the router's state",
    note = "derive it: `#[derive(Clone, FromRef)] struct App {{ logto: Logto }}` (axum feature \
            `macros`), or write `impl FromRef<{Self}> for Logto`",
    note = "a router with the state `()` needs `logto.install_global()` once"
)]
pub trait LogtoState {
    /// The tenant, unless none was installed.
    fn logto(&self) -> Option<Logto>;
}

// Without it rustc speaks of `FromRef` alone, and not in the words above.
#[diagnostic::do_not_recommend]
impl<S> LogtoState for S
where
    Logto: FromRef<S>,
{
    fn logto(&self) -> Option<Logto> {
        Some(Logto::from_ref(self))
    }
}

impl LogtoState for () {
    fn logto(&self) -> Option<Logto> {
        Logto::global()
    }
}

impl fmt::Debug for Logto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logto")
            .field("endpoint", &self.shared.settings.endpoint)
            .field("resources", &self.shared.settings.resources.indicators())
            .finish_non_exhaustive()
    }
}
