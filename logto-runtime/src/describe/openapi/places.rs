//! Where requests carry their tokens, as security schemes.

use std::collections::BTreeSet;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};

use super::schemes::as_component;
use crate::{logto::Logto, token::source::Sources};

/// The places of tokens other than the `Authorization` header. The OAuth 2.0 schemes describe that one.
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

    /// Returns whether tokens are read from a cookie, so that the origin of a request matters.
    pub(super) fn has_cookie(&self) -> bool {
        self.sources.cookies().next().is_some()
    }

    /// Returns whether a request can be refused for several tokens: whether the settings name places
    /// other than `Authorization` alone.
    pub(super) fn are_several(&self) -> bool {
        self.sources.are_named()
    }

    /// Returns the names of the schemes, and marks them as used.
    pub(super) fn demand(&mut self) -> Vec<String> {
        let names: Vec<String> = self.schemes().map(|(name, _)| name).collect();
        self.used.extend(names.iter().cloned());
        names
    }

    /// Marks a scheme that a user names by hand as used. Ignores schemes of the user's own.
    pub(super) fn demand_by_name(&mut self, name: &str) {
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
        let cookies = self.sources.cookies().map(|cookie| {
            let name = format!("logto-cookie.{}", as_component(cookie));
            let description = "The access token, in a cookie. The request must come from an accepted \
                               origin.";
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
