//! The claims as a token states them (RFC 9068 §2.2): read once, believed only after the signature.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use smallvec::{SmallVec, smallvec};

use crate::token::json::{Integer, Members, Skipped, Text};

/// Logto's tokens have one audience.
pub(crate) type AudienceList<'a> = SmallVec<[Cow<'a, str>; 1]>;

/// Claims whose presence and types are right. Nothing here is true yet.
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

/// What is wrong with the claims' shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClaimError {
    #[error("the claims are no JSON object with unique members")]
    Malformed,
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    #[error("the claim {0} has the wrong type")]
    IllTyped(&'static str),
    #[error("the claim {0} is empty")]
    Empty(&'static str),
}

impl<'a> UnverifiedClaims<'a> {
    /// Reads decoded claims in one pass.
    pub(crate) fn parse(json: &'a [u8]) -> Result<Self, ClaimError> {
        let text = str::from_utf8(json).map_err(|_| ClaimError::Malformed)?;
        let reading = Cell::new(None);
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let raw = RawSeed { reading: &reading }
            .deserialize(&mut deserializer)
            .map_err(|_| {
                reading
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
            expires_at: required_time("exp", raw.expires_at)?,
            issued_at: required_time("iat", raw.issued_at)?,
            not_before: raw.not_before.map(|Integer(at)| at),
            scope: raw.scope.map(|Text(scope)| scope),
            organization_id: raw
                .organization_id
                .map(|id| required("organization_id", Some(id)))
                .transpose()?,
            actor: raw
                .actor
                .map(|Actor(subject)| required("act", subject))
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

fn required_time(claim: &'static str, value: Option<Integer>) -> Result<i64, ClaimError> {
    value
        .map(|Integer(at)| at)
        .ok_or(ClaimError::Missing(claim))
}

/// RFC 7519 §4.1.3: one string, or several in an array; none at all names nobody.
fn required_audience(value: Option<Audience<'_>>) -> Result<AudienceList<'_>, ClaimError> {
    let Audience(audience) = value.ok_or(ClaimError::Missing("aud"))?;
    if audience.is_empty() || audience.iter().any(|one| one.is_empty()) {
        return Err(ClaimError::Empty("aud"));
    }
    Ok(audience)
}

#[derive(Default)]
struct RawClaims<'a> {
    issuer: Option<Text<'a>>,
    subject: Option<Text<'a>>,
    client_id: Option<Text<'a>>,
    token_id: Option<Text<'a>>,
    audience: Option<Audience<'a>>,
    expires_at: Option<Integer>,
    issued_at: Option<Integer>,
    not_before: Option<Integer>,
    scope: Option<Text<'a>>,
    organization_id: Option<Text<'a>>,
    actor: Option<Actor<'a>>,
}

/// Reads the object and leaves the claim being read in `reading`, so that an error can name it.
struct RawSeed<'c> {
    reading: &'c Cell<Option<&'static str>>,
}

impl RawSeed<'_> {
    fn read<'de, T, A>(
        &self,
        claim: &'static str,
        slot: &mut Option<T>,
        object: &mut A,
    ) -> Result<(), A::Error>
    where
        T: serde::Deserialize<'de>,
        A: MapAccess<'de>,
    {
        if slot.is_some() {
            return Err(A::Error::custom("a member appears twice"));
        }
        self.reading.set(Some(claim));
        *slot = Some(object.next_value()?);
        self.reading.set(None);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for RawSeed<'_> {
    type Value = RawClaims<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RawSeed<'_> {
    type Value = RawClaims<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of claims")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut raw = RawClaims::default();
        let mut others = Members::default();
        while let Some(name) = object.next_key::<Text<'de>>()? {
            match &*name.0 {
                "iss" => self.read("iss", &mut raw.issuer, &mut object)?,
                "sub" => self.read("sub", &mut raw.subject, &mut object)?,
                "client_id" => self.read("client_id", &mut raw.client_id, &mut object)?,
                "jti" => self.read("jti", &mut raw.token_id, &mut object)?,
                "aud" => self.read("aud", &mut raw.audience, &mut object)?,
                "exp" => self.read("exp", &mut raw.expires_at, &mut object)?,
                "iat" => self.read("iat", &mut raw.issued_at, &mut object)?,
                "nbf" => self.read("nbf", &mut raw.not_before, &mut object)?,
                "scope" => self.read("scope", &mut raw.scope, &mut object)?,
                "organization_id" => {
                    self.read("organization_id", &mut raw.organization_id, &mut object)?;
                }
                "act" => self.read("act", &mut raw.actor, &mut object)?,
                _ => {
                    others.push(name);
                    object.next_value::<Skipped>()?;
                }
            }
        }
        others.refuse_duplicates()?;
        Ok(raw)
    }
}

struct Audience<'a>(AudienceList<'a>);

impl<'de> serde::Deserialize<'de> for Audience<'de> {
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

/// RFC 8693 §4.1: who acts on the subject's behalf. Without a `sub` there is nobody to name, and
/// passing such a token as not delegated would be worse than refusing it.
struct Actor<'a>(Option<Text<'a>>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Actor<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ActorVisitor;
        impl<'de> Visitor<'de> for ActorVisitor {
            type Value = Actor<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the actor's sub")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Actor<'de>, A::Error> {
                let mut subject = None;
                let mut others = Members::default();
                while let Some(name) = object.next_key::<Text<'de>>()? {
                    if name.0 != "sub" {
                        others.push(name);
                        object.next_value::<Skipped>()?;
                    } else if subject.replace(object.next_value()?).is_some() {
                        return Err(A::Error::custom("a member appears twice"));
                    }
                }
                others.refuse_duplicates()?;
                Ok(Actor(subject))
            }
        }
        deserializer.deserialize_map(ActorVisitor)
    }
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;
