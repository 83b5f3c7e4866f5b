//! Parses the form of a token request, and authenticates the client.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{
    HeaderMap,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use url::form_urlencoded;

use super::{client::Client, directory::Directory, oidc_error::OidcError};

/// The parameters of a form. Empty parameters are left out, because Logto ignores them.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, OidcError> {
        const FORM: &str = "application/x-www-form-urlencoded";
        let media_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next());
        if !media_type.is_some_and(|value| value.trim().eq_ignore_ascii_case(FORM)) {
            return Err(OidcError::invalid_request(format!(
                "only {FORM} content-type bodies are supported on POST /token"
            )));
        }
        let form = Self(
            form_urlencoded::parse(body)
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        );
        // `token_endpoint` rejects a second `resource`, with a different error.
        match form
            .0
            .iter()
            .find(|(name, _)| name != "resource" && form.all(name).count() > 1)
        {
            Some((name, _)) => Err(OidcError::invalid_request(format!(
                "'{name}' parameter must not be provided twice"
            ))),
            None => Ok(form),
        }
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }
}

/// Authenticates the client by its secret, in a Basic header or in the form (RFC 6749 §2.3.1).
pub(super) fn authenticate<'a>(
    directory: &'a Directory,
    headers: &HeaderMap,
    form: &Form,
) -> Result<&'a Client, OidcError> {
    let by_header = headers.contains_key(AUTHORIZATION);
    let (id, secret) = match (by_header, form.get("client_secret")) {
        (true, Some(_)) => {
            return Err(OidcError::invalid_request(
                "client authentication must only be provided using one mechanism",
            ));
        }
        (true, None) => basic(headers)
            .map(|(id, secret)| (id, Some(secret)))
            .ok_or_else(|| {
                OidcError::invalid_request("invalid authorization header value format")
            })?,
        (false, secret) => match form.get("client_id") {
            Some(id) => (id.to_owned(), secret.map(str::to_owned)),
            None => {
                return Err(OidcError::invalid_request(
                    "no client authentication mechanism provided",
                ));
            }
        },
    };
    let client = directory
        .client(&id)
        .ok_or_else(|| OidcError::unknown_client(&id))?;
    match secret {
        Some(secret) if client.has_secret(&secret) => Ok(client),
        _ => Err(OidcError::wrong_secret(by_header)),
    }
}

/// Returns the client id and secret of a Basic header.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = credentials.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

/// Decodes a client id or a secret. Both are encoded like form values (RFC 6749 §2.3.1).
fn form_decoded(value: &str) -> String {
    // A raw `&` would end the value.
    let pair = format!("={}", value.replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes())
        .map(|(_, value)| value.into_owned())
        .collect()
}
