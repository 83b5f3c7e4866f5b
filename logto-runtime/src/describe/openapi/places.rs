//! Describes the places of tokens in requests, as security schemes of OpenAPI.

use std::collections::BTreeSet;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};

use super::schemes::as_component;
use crate::{logto::Logto, token::source::Sources};

/// The places of tokens other than the `Authorization` header. The OAuth 2.0 schemes describe that header.
pub(super) struct Places<'a> {
    sources: &'a Sources,
    used: BTreeSet<String>,
}

impl<'a> Places<'a> {
    pub(super) fn of(logto: &'a Logto) -> Self {
        Self {
            sources: &logto.settings().token_sources,
            used: BTreeSet::new(),
        }
    }

    pub(super) fn has_authorization(&self) -> bool {
        self.sources.has_authorization()
    }

    /// Returns whether tokens are read from a cookie. If so, the origin of a request matters.
    pub(super) fn has_cookie(&self) -> bool {
        self.sources.cookies().next().is_some()
    }

    /// Returns whether a request can be refused because it has several tokens. This is possible if the
    /// settings name a place other than `Authorization`. A request with several `Authorization` headers gets
    /// a different rejection.
    pub(super) fn can_refuse_several_tokens(&self) -> bool {
        self.sources.has_others()
    }

    /// Marks all schemes as used, and returns their names.
    pub(super) fn use_all(&mut self) -> Vec<String> {
        let names: Vec<String> = self.schemes().map(|(name, _)| name).collect();
        self.used.extend(names.iter().cloned());
        names
    }

    /// Marks the scheme of this name as used. Ignores names of other schemes, which the program defines.
    pub(super) fn use_named(&mut self, name: &str) {
        if self.schemes().any(|(known, _)| known == name) {
            self.used.insert(name.to_owned());
        }
    }

    /// Returns the used schemes with their names.
    pub(super) fn into_used(self) -> Vec<(String, SecurityScheme)> {
        let all = self.schemes();
        all.filter(|(name, _)| self.used.contains(name)).collect()
    }

    fn schemes(&self) -> impl Iterator<Item = (String, SecurityScheme)> {
        let mut names = BTreeSet::new();
        let cookies = self.sources.cookies().map(move |cookie| {
            let mut name = format!("logto-cookie.{}", as_component(cookie));
            // Two cookies can be equal except for characters that `as_component` replaces.
            while !names.insert(name.clone()) {
                name.push('_');
            }
            let description = "The access token, in a cookie. A request that can change something must \
                               come from an accepted origin.";
            let value = ApiKeyValue::with_description(cookie, description);
            (name, SecurityScheme::ApiKey(ApiKey::Cookie(value)))
        });
        let protocol = self.sources.has_websocket_protocol().then(|| {
            let description = "The access token after the protocol `bearer`, in a WebSocket handshake: \
                               `new WebSocket(url, [\"bearer\", token])`.";
            let value = ApiKeyValue::with_description("Sec-WebSocket-Protocol", description);
            let name = "logto-websocket-protocol".to_owned();
            (name, SecurityScheme::ApiKey(ApiKey::Header(value)))
        });
        cookies.chain(protocol)
    }
}
