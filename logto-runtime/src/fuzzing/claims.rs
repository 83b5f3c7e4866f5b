//! Compares the parser of claims with a naive one.

use serde_json::{Map, Value};

use super::{object, text};
use crate::token::claims::UnverifiedClaims;

/// Checks the parser of claims. The input is the decoded second segment of a token.
pub fn claims(input: &[u8]) {
    let ours = UnverifiedClaims::parse(input).ok().map(ReadClaims::from);
    let (object, canonical) = object(input);
    let naive = object.as_ref().and_then(naive);
    // Only our parser rejects a repeated field. Canonical input, as `serde_json` writes it, does not repeat a
    // field.
    if ours.is_some() || canonical {
        assert_eq!(ours, naive);
    }
}

#[derive(Debug, PartialEq)]
struct ReadClaims {
    texts: [String; 4],
    audience: Vec<String>,
    times: (i64, i64, Option<i64>),
    scope: Option<String>,
    organization_id: Option<String>,
    actor: Option<String>,
}

impl From<UnverifiedClaims<'_>> for ReadClaims {
    fn from(claims: UnverifiedClaims<'_>) -> Self {
        Self {
            texts: [
                claims.issuer.into_owned(),
                claims.subject.into_owned(),
                claims.client_id.into_owned(),
                claims.token_id.into_owned(),
            ],
            audience: claims.audience.into_iter().map(Into::into).collect(),
            times: (claims.expires_at, claims.issued_at, claims.not_before),
            scope: claims.scope.map(Into::into),
            organization_id: claims.organization_id.map(Into::into),
            actor: claims.actor.map(Into::into),
        }
    }
}

fn naive(claims: &Map<String, Value>) -> Option<ReadClaims> {
    let required = |name: &str| claims.get(name).and_then(text);
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    Some(ReadClaims {
        texts: [
            required("iss")?,
            required("sub")?,
            required("client_id")?,
            required("jti")?,
        ],
        audience: match claims.get("aud")? {
            Value::Array(all) if !all.is_empty() => all.iter().map(text).collect::<Option<_>>()?,
            one => vec![text(one)?],
        },
        times: (
            time("exp")?,
            time("iat")?,
            optional(claims, "nbf", Value::as_i64)?,
        ),
        scope: optional(claims, "scope", |scope| scope.as_str().map(str::to_owned))?,
        organization_id: optional(claims, "organization_id", text)?,
        actor: optional(claims, "act", |actor| text(actor.as_object()?.get("sub")?))?,
    })
}

/// Reads an optional claim. Returns `Some(None)` if the claim is absent, and `None` if it is invalid.
fn optional<T>(
    claims: &Map<String, Value>,
    name: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Option<T>> {
    match claims.get(name) {
        None => Some(None),
        Some(value) => read(value).map(Some),
    }
}
