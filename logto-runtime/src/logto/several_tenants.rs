//! [`Logto::any_of`], several tenants on the same routes.
//!
//! The `iss` claim of the unverified token chooses the tenant. Then that tenant verifies the token, `iss`
//! included, with its own keys and settings. So a wrong choice can only lead to a rejection.

use std::slice;

use super::{
    Logto,
    shared::{Shared, Tenant},
};
use crate::{
    answer::metadata_url::{self, MetadataUrl},
    config::ConfigError,
    token::access_token::AccessToken,
    verify::{IssuerDifference, Verification, VerifyError, unverified_issuer},
};

/// Several tenants. Until the tenant of a request is known, the first tenant acts for all.
struct AnyOf {
    first: Logto,
    all: Box<[Logto]>,
}

impl Tenant for AnyOf {
    fn shared(&self) -> &Shared {
        self.first.shared()
    }

    fn several(&self) -> &[Logto] {
        &self.all
    }

    fn metadata_urls(&self) -> &[Option<MetadataUrl>] {
        self.first.tenant.metadata_urls()
    }
}

/// One of several tenants: a new handle around a `Logto` that was given to [`any_of`](Logto::any_of).
///
/// A request remembers its token together with the handle that verified the token. The new handle differs
/// from the given `Logto`, so neither uses what a request remembers for the other.
struct OneOfSeveral {
    given: Logto,
    /// Without the URLs that have the document of another tenant's resource.
    metadata_urls: Box<[Option<MetadataUrl>]>,
}

impl Tenant for OneOfSeveral {
    fn shared(&self) -> &Shared {
        self.given.shared()
    }

    fn metadata_urls(&self) -> &[Option<MetadataUrl>] {
        &self.metadata_urls
    }

    fn is_one_of_several(&self) -> bool {
        true
    }
}

impl Logto {
    /// Returns a `Logto` that accepts the tokens of several tenants on the same routes. Use it to migrate to
    /// another tenant, or if each region has its own tenant.
    ///
    /// The `iss` claim of a token chooses the tenant that verifies the token. Each tenant has its own keys,
    /// token cache, resources, list of revocations and `deny_if`. If the keys of one tenant can't be
    /// fetched, only requests with its tokens get 503. A token of an issuer that no tenant trusts is
    /// rejected, as with a single tenant.
    ///
    /// [`AuthInfo::issuer`](crate::AuthInfo::issuer) and
    /// [`OrganizationId::issuer`](crate::OrganizationId::issuer) tell the tenants apart. **An id is unique
    /// only within its tenant**: store users and organizations by tenant and id. A tenant with a custom domain
    /// has two issuers. `AuthInfo::issuer` is the one in the token, so
    /// [give both the same name](crate::docs::several_tenants#a-tenant-with-two-issuers) first.
    /// `OrganizationId::issuer` is always the first issuer of the tenant's builder.
    ///
    /// The tenant of a request can be unknown, for example if the request has no token. The rejection then
    /// has the body and the metadata of the first tenant (`on_rejection`, `announce_resource_metadata`).
    ///
    /// ```
    /// use logto_runtime::Logto;
    ///
    /// let api = "https://api.example.com";
    /// let old = Logto::builder("https://old.logto.app").resource(api).build()?;
    /// let new = Logto::builder("https://new.logto.app").resource(api).build()?;
    /// let logto = Logto::any_of([old, new])?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails in three cases:
    ///
    /// - No tenant is given.
    /// - Two tenants trust the same issuer.
    /// - Two tenants read tokens from different [sources](crate::LogtoBuilder::token_source).
    pub fn any_of(tenants: impl IntoIterator<Item = Self>) -> Result<Self, ConfigError> {
        let given: Vec<Self> = tenants
            .into_iter()
            .flat_map(|logto| logto.tenants().to_vec())
            .collect();
        let all = together(given);
        let Some(first) = all.first().cloned() else {
            return Err(any_of_error(
                "empty".to_owned(),
                "give it at least one `Logto`",
            ));
        };
        let mut issuers: Vec<&str> = Vec::new();
        for logto in &all {
            if logto.settings().token_sources != first.settings().token_sources {
                let problem = "reads tokens from other sources than the first tenant; give all builders the \
                               same `token_source`";
                return Err(any_of_error(logto.settings().endpoint.clone(), problem));
            }
            let own = &logto.verifier().expected.issuers;
            if let Some(twice) = own.iter().find(|issuer| issuers.contains(&issuer.as_str())) {
                let problem = "is the issuer of two tenants, so its tokens could belong to either tenant; \
                               leave one of the tenants out";
                return Err(any_of_error(format!("{twice:?}"), problem));
            }
            issuers.extend(own.iter().map(String::as_str));
        }
        Ok(Self::of_tenant(AnyOf { first, all }))
    }

    /// Returns the tenants that were given to [`any_of`](Self::any_of). Without `any_of`, returns only
    /// `self`.
    pub(crate) fn tenants(&self) -> &[Self] {
        match self.tenant.several() {
            [] => slice::from_ref(self),
            several => several,
        }
    }

    /// Returns the issuers that the tenants trust.
    pub(crate) fn issuers(&self) -> impl Iterator<Item = &str> {
        let all = self.tenants().iter();
        let all = all.flat_map(|logto| &logto.verifier().expected.issuers);
        all.map(String::as_str)
    }

    /// Whether this is one of the tenants of an [`any_of`](Self::any_of).
    pub(crate) fn is_one_of_several(&self) -> bool {
        self.tenant.is_one_of_several()
    }

    /// Returns the issuer that names this tenant among those of an [`any_of`](Self::any_of): the first issuer
    /// of its builder. Returns `None` without `any_of`.
    ///
    /// Do not take the token's own issuer instead. With a custom domain, a tenant has two issuers, and the
    /// client chooses which one its token has.
    pub(crate) fn name_among_several(&self) -> Option<&str> {
        let first = self.verifier().expected.issuers.first();
        let first = first.filter(|_| self.is_one_of_several());
        first.map(String::as_str)
    }

    /// Returns the tenant that must verify this token.
    #[inline]
    pub(super) fn tenant_of(self, token: AccessToken<'_>) -> Result<Self, (Self, VerifyError)> {
        match self.tenant.several() {
            [] => Ok(self),
            several => match choose(several, token) {
                Ok(tenant) => Ok(tenant.clone()),
                Err(error) => Err((self, error)),
            },
        }
    }
}

/// Makes the handles of tenants that are used together. Of two resources whose documents would have the same
/// URL, only the first has a document.
fn together(given: Vec<Logto>) -> Box<[Logto]> {
    let resources = given
        .iter()
        .map(|logto| logto.settings().resources.indicators());
    let located = metadata_url::of_tenants(resources);
    let url_of = |indicator: &String| {
        let (_, url) = located.iter().find(|(known, _)| known == indicator)?;
        url.clone()
    };
    let handle = |given: Logto| {
        given
            .verifier()
            .keys
            .name_in_events(&given.settings().endpoint);
        let own = given.settings().resources.indicators();
        let metadata_urls = own.iter().map(url_of).collect();
        Logto::of_tenant(OneOfSeveral {
            given,
            metadata_urls,
        })
    };
    given.into_iter().map(handle).collect()
}

fn choose<'l>(several: &'l [Logto], token: AccessToken<'_>) -> Result<&'l Logto, VerifyError> {
    let has_cached = |logto: &&Logto| {
        let cache = logto.verifier().cache.as_ref();
        cache.is_some_and(|cache| cache.contains(token.as_bytes()))
    };
    if let Some(tenant) = several.iter().find(has_cached) {
        return Ok(tenant);
    }
    let longest = several.iter().map(|logto| logto.verifier().max_token_bytes);
    let issuer = unverified_issuer(token, longest.max().unwrap_or_default());
    let chosen = match &issuer {
        Some(issuer) => several
            .iter()
            .find(|logto| logto.verifier().expected.issuers.contains(issuer)),
        // The claims can't be read, so every tenant refuses the token.
        None => several.first(),
    };
    chosen.ok_or_else(|| refusal_of_unknown(several, token, &issuer.unwrap_or_default()))
}

/// Returns why a token of an unknown issuer is refused. If the first tenant finds another fault before it
/// checks the issuer, returns that fault. For example, the token can be an ID token.
#[cold]
fn refusal_of_unknown(several: &[Logto], token: AccessToken<'_>, issuer: &str) -> VerifyError {
    let refused = several
        .first()
        .map(|logto| logto.verifier().try_verify(token, || None));
    match refused {
        Some(Verification::Rejected(error)) if !matches!(error, VerifyError::Issuer(_)) => error,
        _ => {
            let trusted = several
                .iter()
                .flat_map(|logto| &logto.verifier().expected.issuers);
            let trusted: Vec<String> = trusted.cloned().collect();
            VerifyError::Issuer(IssuerDifference::between(issuer, &trusted))
        }
    }
}

fn any_of_error(value: String, problem: &'static str) -> ConfigError {
    ConfigError::Setting {
        setting: "Logto::any_of",
        value,
        problem,
    }
}
