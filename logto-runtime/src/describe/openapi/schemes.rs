//! OAuth 2.0 security schemes. Each resource has schemes of its own. OpenAPI has no other way to say that a
//! token is valid for one resource only.

use std::collections::BTreeSet;

use utoipa::openapi::security::{
    AuthorizationCode, ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme,
};

use super::{
    mark::{TokenKind, TokenRequirement},
    token_request::TokenRequest,
};
use crate::{config::Resources, decide::clients::Clients, logto::Logto};

/// The schemes of a tenant, with the scopes that operations ask for.
pub(super) struct Schemes<'a> {
    resources: &'a Resources,
    clients: &'a Clients,
    /// The first issuer. The URLs of the tenant's endpoints begin with it.
    issuer: &'a str,
    /// The prefix of the names: `logto`, or `logto-at-<host>` for each tenant after the first.
    prefix: String,
    all: Vec<Scheme>,
}

/// A scheme of this crate.
struct Scheme {
    name: String,
    token: TokenKind,
    /// The resource indicator; `None` for organization tokens.
    indicator: Option<String>,
    scopes: BTreeSet<String>,
    /// Whether an operation or the document names the scheme. If so, the document must define it.
    used: bool,
}

impl<'a> Schemes<'a> {
    /// Returns the schemes of each tenant.
    pub(super) fn of_tenants(logto: &'a Logto) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for tenant in logto.tenants() {
            let issuer = tenant.issuers().next().unwrap_or_default();
            let (_, address) = issuer.split_once("://").unwrap_or(("", issuer));
            let host = address.split('/').next().unwrap_or_default();
            let mut prefix = match all.len() {
                0 => "logto".to_owned(),
                _ => format!("logto-at-{}", as_component(host)),
            };
            // Several tenants can be on one host, each at a path of its own.
            while all.iter().any(|other| other.prefix == prefix) {
                prefix.push('_');
            }
            all.push(Self::of(tenant, issuer, prefix));
        }
        all
    }

    fn of(logto: &'a Logto, issuer: &'a str, prefix: String) -> Self {
        let settings = logto.settings();
        let mut schemes = Self {
            resources: &settings.resources,
            clients: &settings.clients,
            issuer,
            prefix,
            all: Vec::new(),
        };
        schemes.find_or_add(TokenKind::Organization, None);
        for indicator in settings.resources.indicators() {
            schemes.find_or_add(TokenKind::Scopes, Some(indicator));
            schemes.find_or_add(TokenKind::ResourceInOrganization, Some(indicator));
        }
        schemes
    }

    /// Returns the indicator of the resource that a guard asks for, or `None` for an organization
    /// token. The error is the name of an unknown resource.
    pub(super) fn indicator<'b>(
        &'b self,
        required: &'b TokenRequirement,
    ) -> Result<Option<&'b str>, &'b str> {
        if required.token == TokenKind::Organization {
            return Ok(None);
        }
        let resource = required.resource.as_deref();
        match self.resources.indicator_of(resource) {
            None => Err(resource.unwrap_or_default()),
            known => Ok(known),
        }
    }

    /// Returns the id of the client that a guard names, or `None` if the guard accepts any client. An unknown
    /// name is returned as written: `warm_up` reports it.
    pub(super) fn client<'b>(&'b self, required: &'b TokenRequirement) -> Option<&'b str> {
        let written = required.client.as_deref();
        written.map(|written| self.clients.id_or_written(written))
    }

    /// Marks the scheme for a token request as used, and returns its name.
    pub(super) fn use_for(&mut self, request: &TokenRequest) -> String {
        let position = self.find_or_add(request.token, request.indicator.as_deref());
        let Some(scheme) = self.all.get_mut(position) else {
            return String::new();
        };
        scheme.mark_used(&request.scopes);
        scheme.name.clone()
    }

    /// Marks the scheme of this name as used. Ignores names of other schemes, which the program defines.
    pub(super) fn use_named(&mut self, name: &str, scopes: &[String]) {
        if let Some(scheme) = self.all.iter_mut().find(|scheme| scheme.name == name) {
            scheme.mark_used(scopes);
        }
    }

    /// Returns the used schemes with their names.
    pub(super) fn into_used(self) -> impl Iterator<Item = (String, SecurityScheme)> {
        let issuer = self.issuer;
        self.all
            .into_iter()
            .filter(|scheme| scheme.used)
            .map(move |scheme| {
                let described = scheme.describe(issuer);
                (scheme.name, described)
            })
    }

    /// Returns the position of the scheme for this kind of token and this resource. Adds the scheme
    /// if it is new.
    fn find_or_add(&mut self, token: TokenKind, indicator: Option<&str>) -> usize {
        let known = self.all.iter().position(|scheme| {
            scheme.token.is_asked_for_like(token) && scheme.indicator.as_deref() == indicator
        });
        known.unwrap_or_else(|| {
            let name = self.new_name(token, indicator);
            self.all.push(Scheme {
                name,
                token,
                indicator: indicator.map(str::to_owned),
                scopes: BTreeSet::new(),
                used: false,
            });
            self.all.len() - 1
        })
    }

    fn new_name(&self, token: TokenKind, indicator: Option<&str>) -> String {
        let kind = match token {
            TokenKind::Authenticated | TokenKind::Scopes => "",
            TokenKind::Organization => "-organization",
            TokenKind::ResourceInOrganization => "-organization-api",
        };
        let base = format!("{}{kind}", self.prefix);
        let mut name = match indicator {
            Some(indicator) if Some(indicator) != self.resources.default_indicator() => {
                match self.resources.name_of(indicator) {
                    Some(resource) => format!("{base}.{resource}"),
                    None => format!("{base}.{}", as_component(indicator)),
                }
            }
            _ => base,
        };
        // Indicators that differ only in characters that `as_component` replaces would get the same name.
        while self.all.iter().any(|scheme| scheme.name == name) {
            name.push('_');
        }
        name
    }
}

impl Scheme {
    /// Marks the scheme as used with these scopes.
    fn mark_used<'a>(&mut self, scopes: impl IntoIterator<Item = &'a String>) {
        self.used = true;
        self.scopes.extend(scopes.into_iter().cloned());
    }

    fn describe(&self, issuer: &str) -> SecurityScheme {
        let of = match &self.indicator {
            Some(indicator) => format!("of {indicator}"),
            None => "of organizations".to_owned(),
        };
        let scopes = || {
            let scopes = self.scopes.iter();
            Scopes::from_iter(scopes.map(|scope| (scope.clone(), of.clone())))
        };
        let token_url = format!("{issuer}/token");
        let flows = [
            Flow::AuthorizationCode(AuthorizationCode::with_refresh_url(
                format!("{issuer}/auth"),
                token_url.clone(),
                scopes(),
                token_url.clone(),
            )),
            Flow::ClientCredentials(ClientCredentials::new(token_url, scopes())),
        ];
        SecurityScheme::OAuth2(OAuth2::with_description(flows, self.description()))
    }

    /// Describes the token request in words, because the flows of OpenAPI can't express it.
    fn description(&self) -> String {
        let (what, how) = match (self.token, &self.indicator) {
            (TokenKind::ResourceInOrganization, Some(indicator)) => (
                format!("An access token for `{indicator}` within an organization"),
                format!("`resource={indicator}` (RFC 8707) and `organization_id=<id>`"),
            ),
            (_, Some(indicator)) => (
                format!("An access token for `{indicator}`"),
                format!("`resource={indicator}` (RFC 8707) and without `organization_id`"),
            ),
            (_, None) => (
                "An access token for an organization, with its permissions".to_owned(),
                "`organization_id=<id>` and without `resource`".to_owned(),
            ),
        };
        format!("{what}: ask for it with {how}. Users sign in with PKCE (RFC 7636).")
    }
}

/// Replaces with `_` each character that is not allowed in the key of a component.
pub(super) fn as_component(text: &str) -> String {
    let allowed = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => c,
        _ => '_',
    };
    text.chars().map(allowed).collect()
}
