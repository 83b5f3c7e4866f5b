//! Reads the claims that the explorer shows. Does not verify the token, so decisions do not use these claims.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// The claims of a token that was not verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Reads the second segment of a token. Returns `None` if the segment is not a JSON object in base64url.
    pub(super) fn of(token: &str) -> Option<Self> {
        let segment = token.split('.').nth(1)?;
        let bytes = URL_SAFE_NO_PAD.decode(segment).ok()?;
        serde_json::from_slice(&bytes).ok().map(Self)
    }

    /// Returns the claims as indented JSON.
    pub(super) fn pretty(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap_or_default()
    }

    /// Returns the organization in the audience. If the audience is not an organization, returns the claim
    /// `organization_id`.
    pub(super) fn organization(&self) -> Option<&str> {
        let audience = self.0.get("aud").and_then(Value::as_str);
        audience
            .and_then(|it| it.strip_prefix("urn:logto:organization:"))
            .or_else(|| self.0.get("organization_id").and_then(Value::as_str))
            .filter(|id| !id.is_empty())
    }

    /// Returns the subject, or `None` if it is absent, empty or not a string.
    pub(super) fn subject(&self) -> Option<&str> {
        let subject = self.0.get("sub").and_then(Value::as_str);
        subject.filter(|subject| !subject.is_empty())
    }

    /// Returns the audience as text.
    pub(super) fn audience(&self) -> Option<String> {
        match self.0.get("aud")? {
            Value::String(one) => Some(one.clone()),
            other => Some(other.to_string()),
        }
    }

    /// Returns the claim `scope`, or `None` if it is absent, empty or not a string.
    pub(super) fn scope(&self) -> Option<&str> {
        let scope = self.0.get("scope").and_then(Value::as_str);
        scope.filter(|scope| !scope.is_empty())
    }
}
