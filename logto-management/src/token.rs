//! Requests access tokens for a machine-to-machine application, with its client credentials (RFC 6749 §4.4).

use std::{
    fmt,
    time::{Duration, Instant},
};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Deserialize;
use url::form_urlencoded;

use crate::{answer::Answer, credentials::Credentials, error::Error, exchange::Exchange};

const CALL: &str = "POST /oidc/token";

/// The parameters of a token request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenRequest<'a> {
    /// The resource indicator of the API, or `None` for organization permissions.
    pub resource: Option<&'a str>,
    /// The scopes, separated by spaces. Logto grants only those that the application holds.
    pub scope: &'a str,
    /// The id of the organization, or `None` for a token without an organization.
    pub organization: Option<&'a str>,
}

/// An access token. The `Debug` output does not contain the token itself.
#[derive(Clone)]
pub struct AccessToken {
    token: String,
    scope: String,
    expires: Instant,
}

impl AccessToken {
    /// Returns the token itself, for the header `Authorization`.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.token
    }

    /// Returns the scopes that were granted.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split(' ').filter(|scope| !scope.is_empty())
    }

    /// Checks whether the token is valid for another minute.
    pub(crate) fn is_fresh(&self) -> bool {
        self.expires > Instant::now() + Duration::from_secs(60)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    expires_in: u64,
    #[serde(default)]
    scope: String,
}

pub(crate) async fn request(
    exchange: &Exchange,
    endpoint: &str,
    credentials: &Credentials,
    asked: TokenRequest<'_>,
) -> Result<AccessToken, Error> {
    let form = form(asked);
    let header = credentials.header().ok_or_else(|| Error::InvalidClient {
        endpoint: endpoint.to_owned(),
    })?;
    let answer = exchange
        .send(endpoint, CALL, |http| {
            http.post(format!("{endpoint}/oidc/token"))
                .header(AUTHORIZATION, header.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.clone())
        })
        .await?;
    if !answer.is_success() {
        return Err(refused(endpoint, asked, &answer));
    }
    let body: TokenBody = answer.json(CALL)?;
    // The token must be printable: it becomes part of a header, and `cargo logto token` prints it to a
    // terminal.
    if body.access_token.is_empty() || !body.access_token.bytes().all(|it| it.is_ascii_graphic()) {
        return Err(Error::Answer {
            call: CALL.to_owned(),
            problem: "answers with a token that can't be sent",
        });
    }
    // With a huge lifetime, the addition below would panic.
    let lifetime = Duration::from_secs(body.expires_in.min(86_400));
    Ok(AccessToken {
        token: body.access_token,
        scope: body.scope,
        expires: Instant::now() + lifetime,
    })
}

fn form(asked: TokenRequest<'_>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    for (name, value) in [
        ("resource", asked.resource),
        ("organization_id", asked.organization),
        ("scope", Some(asked.scope)),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            form.append_pair(name, value);
        }
    }
    form.finish()
}

fn refused(endpoint: &str, asked: TokenRequest<'_>, answer: &Answer) -> Error {
    let error = answer.oauth_error();
    match (error.as_deref(), asked.resource, asked.organization) {
        (Some("invalid_client"), _, _) => Error::InvalidClient {
            endpoint: endpoint.to_owned(),
        },
        (Some("invalid_target"), Some(resource), _) => Error::UnknownResource {
            resource: resource.to_owned(),
        },
        // A script for custom claims can deny a token with the same code and status 400.
        (Some("access_denied"), _, Some(organization)) if answer.status == 403 => {
            Error::NotInOrganization {
                organization: organization.to_owned(),
            }
        }
        _ => Error::Token {
            endpoint: endpoint.to_owned(),
            status: answer.status,
            error,
        },
    }
}
