//! The claims of a token (RFC 9068 §2.2), before its signature is verified.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use smallvec::{SmallVec, smallvec};

use super::json::{self, Member, Object, Text};

/// The values of `aud`. A token from Logto has one value, which this type stores without allocating.
pub(crate) type AudienceList<'a> = SmallVec<[Cow<'a, str>; 1]>;

/// Claims with values of the right types. No required claim is missing. The signature of the token is not
/// verified yet.
#[derive(Debug)]
pub(crate) struct UnverifiedClaims<'a> {
    pub(crate) issuer: Cow<'a, str>,
    pub(crate) subject: Cow<'a, str>,
    pub(crate) client_id: Cow<'a, str>,
    pub(crate) token_id: Cow<'a, str>,
    pub(crate) audience: AudienceList<'a>,
    pub(crate) expires_at: i64,
    pub(crate) issued_at: i64,
    pub(crate) not_before: Option<i64>,
    pub(crate) scope: Option<Cow<'a, str>>,
    pub(crate) organization_id: Option<Cow<'a, str>>,
    pub(crate) actor: Option<Cow<'a, str>>,
}

/// Why the claims of a token could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClaimError {
    /// The claims are not a JSON object, or a member appears twice.
    #[error("the claims are not a JSON object with unique members")]
    Malformed,
    /// A required claim is missing.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// The value of a claim has the wrong type, contains a duplicate member, or is not valid JSON.
    #[error("the claim {0} has the wrong type")]
    IllTyped(&'static str),
    /// A claim that must not be empty is empty.
    #[error("the claim {0} is empty")]
    Empty(&'static str),
}

impl<'a> UnverifiedClaims<'a> {
    /// Reads the decoded claims of a token in one pass.
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, ClaimError> {
        let text = str::from_utf8(json).map_err(|_| ClaimError::Malformed)?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let ill_typed = Cell::new(None);
        let raw = json::object(RawClaims::new(&ill_typed), &mut deserializer).map_err(|_| {
            ill_typed
                .get()
                .map_or(ClaimError::Malformed, ClaimError::IllTyped)
        })?;
        deserializer.end().map_err(|_| ClaimError::Malformed)?;
        Ok(Self {
            issuer: required("iss", raw.issuer)?,
            subject: required("sub", raw.subject)?,
            client_id: required("client_id", raw.client_id)?,
            token_id: required("jti", raw.token_id)?,
            audience: required_audience(raw.audience)?,
            expires_at: raw.expires_at.ok_or(ClaimError::Missing("exp"))?,
            issued_at: raw.issued_at.ok_or(ClaimError::Missing("iat"))?,
            not_before: raw.not_before,
            scope: raw.scope.map(|Text(scope)| scope),
            organization_id: raw
                .organization_id
                .map(|id| required("organization_id", Some(id)))
                .transpose()?,
            actor: raw
                .actor
                .map(|Actor(subject)| required("act.sub", subject))
                .transpose()?,
        })
    }
}

fn required<'a>(claim: &'static str, value: Option<Text<'a>>) -> Result<Cow<'a, str>, ClaimError> {
    match value {
        None => Err(ClaimError::Missing(claim)),
        Some(Text(text)) if text.is_empty() => Err(ClaimError::Empty(claim)),
        Some(Text(text)) => Ok(text),
    }
}

/// Rejects a missing audience, an audience without values, and an empty value (RFC 7519 §4.1.3).
fn required_audience(value: Option<Audience<'_>>) -> Result<AudienceList<'_>, ClaimError> {
    let Audience(audience) = value.ok_or(ClaimError::Missing("aud"))?;
    if audience.is_empty() || audience.iter().any(|one| one.is_empty()) {
        return Err(ClaimError::Empty("aud"));
    }
    Ok(audience)
}

/// The names of all claims that are read.
const CLAIMS: [&str; 11] = [
    "iss",
    "sub",
    "client_id",
    "jti",
    "aud",
    "exp",
    "iat",
    "nbf",
    "scope",
    "organization_id",
    "act",
];

/// The claims that have been read so far.
struct RawClaims<'a, 'c> {
    /// The name of the claim with the wrong type. The errors of serde do not have a field for this name.
    ill_typed: &'c Cell<Option<&'static str>>,
    issuer: Option<Text<'a>>,
    subject: Option<Text<'a>>,
    client_id: Option<Text<'a>>,
    token_id: Option<Text<'a>>,
    audience: Option<Audience<'a>>,
    expires_at: Option<i64>,
    issued_at: Option<i64>,
    not_before: Option<i64>,
    scope: Option<Text<'a>>,
    organization_id: Option<Text<'a>>,
    actor: Option<Actor<'a>>,
}

impl<'c> RawClaims<'_, 'c> {
    fn new(ill_typed: &'c Cell<Option<&'static str>>) -> Self {
        Self {
            ill_typed,
            issuer: None,
            subject: None,
            client_id: None,
            token_id: None,
            audience: None,
            expires_at: None,
            issued_at: None,
            not_before: None,
            scope: None,
            organization_id: None,
            actor: None,
        }
    }
}

impl<'de> Object<'de> for RawClaims<'de, '_> {
    const EXPECTED: &'static str = "an object of claims";

    fn member<A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<Member, A::Error> {
        let read = match name {
            "iss" => json::read(&mut self.issuer, value),
            "sub" => json::read(&mut self.subject, value),
            "client_id" => json::read(&mut self.client_id, value),
            "jti" => json::read(&mut self.token_id, value),
            "aud" => json::read(&mut self.audience, value),
            "exp" => json::read(&mut self.expires_at, value),
            "iat" => json::read(&mut self.issued_at, value),
            "nbf" => json::read(&mut self.not_before, value),
            "scope" => json::read(&mut self.scope, value),
            "organization_id" => json::read(&mut self.organization_id, value),
            "act" => json::read(&mut self.actor, value),
            _ => Ok(Member::Other),
        };
        if read.is_err() {
            self.ill_typed
                .set(CLAIMS.into_iter().find(|claim| *claim == name));
        }
        read
    }
}

/// The `aud` claim, a string or an array of strings.
struct Audience<'a>(AudienceList<'a>);

impl<'de> Deserialize<'de> for Audience<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AudienceVisitor;
        impl<'de> Visitor<'de> for AudienceVisitor {
            type Value = Audience<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_borrowed_str<E: Error>(self, one: &'de str) -> Result<Self::Value, E> {
                Ok(Audience(smallvec![Cow::Borrowed(one)]))
            }

            fn visit_str<E: Error>(self, one: &str) -> Result<Self::Value, E> {
                Ok(Audience(smallvec![Cow::Owned(one.to_owned())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = AudienceList::new();
                while let Some(Text(one)) = items.next_element()? {
                    all.push(one);
                }
                Ok(Audience(all))
            }
        }
        deserializer.deserialize_any(AudienceVisitor)
    }
}

/// The `act` claim: who acts on behalf of the subject (RFC 8693 §4.1).
///
/// A token is rejected if its actor has no `sub`. Without this rule, the token would look like a token
/// without an actor.
#[derive(Default)]
struct Actor<'a>(Option<Text<'a>>);

impl<'de> Object<'de> for Actor<'de> {
    const EXPECTED: &'static str = "an object with the actor's sub";

    fn member<A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<Member, A::Error> {
        match name {
            "sub" => json::read(&mut self.0, value),
            _ => Ok(Member::Other),
        }
    }
}

impl<'de> Deserialize<'de> for Actor<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::object(Self::default(), deserializer)
    }
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;
