//! Reads the access token of a request: from `Authorization`, from a cookie, or from the subprotocols of a
//! WebSocket handshake.
//!
//! - Only the configured sources are read. The query and forms are never read.
//! - A request is rejected if two configured sources have something, even something unusable. A request is
//!   also rejected if one source has two tokens. If such a request were accepted, the guard and a proxy (or
//!   another part of the program) might use different tokens.
//! - Browsers also send cookies with requests that other sites cause. So `cross_site` decides whether a token
//!   from a cookie is accepted.
//!
//! In reading order: this file, `settings`, `no_token`, `cookie`, `cross_site` and `websocket`.

mod cookie;
mod cross_site;
mod no_token;
mod settings;
mod websocket;

use http::{HeaderMap, Method};

use self::no_token::Found;
pub(crate) use self::no_token::NoToken;
pub use self::settings::{Origins, TokenSource};
use super::{
    access_token::AccessToken,
    bearer::{self, BearerError},
};

/// The sources that a `Logto` reads tokens from. [`Sources::new`] checks them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// `None` if only `Authorization` is read, which is the default.
    configured: Option<Box<[TokenSource]>>,
}

impl Sources {
    /// Checks the settings. The error is the rejected source or value, and a text with the problem and
    /// the fix.
    pub(crate) fn new(
        sources: Vec<TokenSource>,
        allow_insecure_http: bool,
    ) -> Result<Self, (String, &'static str)> {
        settings::check(&sources, allow_insecure_http)?;
        let is_default = matches!(*sources, [] | [TokenSource::Authorization]);
        Ok(Self {
            configured: (!is_default).then(|| sources.into()),
        })
    }

    /// Returns the access token of a request.
    #[inline]
    pub(crate) fn read<'h>(
        &self,
        method: &Method,
        headers: &'h HeaderMap,
    ) -> Result<AccessToken<'h>, NoToken> {
        match &self.configured {
            None => Ok(bearer::access_token(headers)?),
            Some(sources) => read_from(sources, method, headers),
        }
    }

    /// Whether `Authorization` is read.
    pub(crate) fn has_authorization(&self) -> bool {
        let sources = self.configured.as_deref();
        sources.is_none_or(|sources| sources.contains(&TokenSource::Authorization))
    }

    /// Whether a source other than `Authorization` is read.
    #[cfg(feature = "utoipa")]
    pub(crate) fn has_others(&self) -> bool {
        self.configured.is_some()
    }

    /// Whether the subprotocols of a WebSocket handshake are read.
    #[cfg(feature = "utoipa")]
    pub(crate) fn has_websocket_protocol(&self) -> bool {
        let sources = self.configured.as_deref();
        sources.is_some_and(|sources| sources.contains(&TokenSource::WebSocketProtocol))
    }

    /// Returns the names of the cookies that are read.
    #[cfg(feature = "utoipa")]
    pub(crate) fn cookies(&self) -> impl Iterator<Item = &str> {
        let sources = self.configured.as_deref().unwrap_or_default();
        sources.iter().filter_map(|source| match source {
            TokenSource::Cookie { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }
}

fn read_from<'h>(
    sources: &[TokenSource],
    method: &Method,
    headers: &'h HeaderMap,
) -> Result<AccessToken<'h>, NoToken> {
    let mut found = None;
    for source in sources {
        let here: Found<'h> = match source {
            TokenSource::Authorization => match bearer::access_token(headers) {
                Err(BearerError::Missing) => None,
                read => Some(read.map_err(NoToken::from)),
            },
            TokenSource::WebSocketProtocol => websocket::read(headers),
            TokenSource::Cookie { name, origins } => cookie::read(name, headers).map(|read| {
                let accepted = cross_site::accepts(origins, method, headers);
                read.and_then(|token| accepted.then_some(token).ok_or(NoToken::CrossSite))
            }),
        };
        if here.is_some() && found.is_some() {
            return Err(NoToken::Several);
        }
        found = found.or(here);
    }
    found.unwrap_or(Err(NoToken::Missing))
}

#[cfg(test)]
mod tests;
