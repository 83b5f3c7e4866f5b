//! A verified token. Except in tests, only the verifier creates one.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use aws_lc_rs::digest;
use smallvec::SmallVec;

#[cfg(feature = "revocation")]
use super::found_clean::FoundClean;
use super::{
    claim_rules::{ORGANIZATION_AUDIENCE, Times, organization_of_audience},
    known_to_fit::KnownToFit,
    scope_set::ScopeSet,
    text::{Span, TextBuilder},
};
use crate::{jwks::VerificationKey, telemetry::Caller, token::claims::UnverifiedClaims};

/// The SHA-256 digest of a token.
pub(crate) type TokenDigest = [u8; digest::SHA256_OUTPUT_LEN];

/// A token whose signature and claims are verified.
///
/// It holds the claims, the key, and the bytes of the token. The token cache compares these bytes
/// with the token of a later request.
pub(crate) struct Verified {
    token: Box<[u8]>,
    /// Computed at the first call of [`digest`](Self::digest).
    digest: OnceLock<TokenDigest>,
    key: Arc<VerificationKey>,
    text: Box<str>,
    issuer: Span,
    subject: Span,
    client_id: Span,
    token_id: Span,
    audience: SmallVec<[Span; 1]>,
    audience_organization: Option<Span>,
    organization_id: Option<Span>,
    actor: Option<Span>,
    scopes: ScopeSet,
    times: Times,
    known_to_fit: KnownToFit,
    #[cfg(feature = "revocation")]
    found_clean: FoundClean,
}

impl Verified {
    /// Copies the claims of a token. The caller must have checked the claims, and the signature with `key`.
    pub(super) fn new(
        token: &[u8],
        claims: &UnverifiedClaims<'_>,
        key: Arc<VerificationKey>,
    ) -> Self {
        let mut text = TextBuilder::with_capacity(text_bytes(claims));
        let issuer = text.push(&claims.issuer);
        let subject = text.push(&claims.subject);
        let client_id = text.push(&claims.client_id);
        let token_id = text.push(&claims.token_id);
        let audience: SmallVec<[Span; 1]> =
            claims.audience.iter().map(|one| text.push(one)).collect();
        let audience_organization = claims
            .audience
            .iter()
            .position(|one| organization_of_audience(one).is_some())
            .map(|at| audience[at].without(ORGANIZATION_AUDIENCE.len()));
        let organization_id = claims.organization_id.as_deref().map(|id| text.push(id));
        let actor = claims.actor.as_deref().map(|subject| text.push(subject));
        let scopes = ScopeSet::parse(claims.scope.as_deref(), &mut text);
        Self {
            token: token.into(),
            digest: OnceLock::new(),
            key,
            text: text.finish(),
            issuer,
            subject,
            client_id,
            token_id,
            audience,
            audience_organization,
            organization_id,
            actor,
            scopes,
            times: Times {
                issued_at: claims.issued_at,
                expires_at: claims.expires_at,
                not_before: claims.not_before,
            },
            known_to_fit: KnownToFit::default(),
            #[cfg(feature = "revocation")]
            found_clean: FoundClean::never(),
        }
    }

    /// Creates a verified token without a check, for tests of later stages.
    #[cfg(test)]
    pub(crate) fn unchecked(claims: &UnverifiedClaims<'_>, key: Arc<VerificationKey>) -> Self {
        Self::new(b"token", claims, key)
    }

    pub(crate) fn token(&self) -> &[u8] {
        &self.token
    }

    /// Returns the digest of the whole token. For a cached token, the digest is computed only once.
    pub(crate) fn digest(&self) -> &TokenDigest {
        self.digest.get_or_init(|| {
            let mut digest = TokenDigest::default();
            digest.copy_from_slice(digest::digest(&digest::SHA256, &self.token).as_ref());
            digest
        })
    }

    pub(crate) fn key(&self) -> &VerificationKey {
        &self.key
    }

    pub(crate) fn times(&self) -> Times {
        self.times
    }

    /// Returns the remembered requirements that this token fits.
    pub(crate) fn known_to_fit(&self) -> &KnownToFit {
        &self.known_to_fit
    }

    /// Returns what is remembered about the lookups of this token in the list of revocations.
    #[cfg(feature = "revocation")]
    pub(crate) fn found_clean(&self) -> &FoundClean {
        &self.found_clean
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }

    pub(crate) fn issuer(&self) -> &str {
        self.issuer.of(&self.text)
    }

    pub(crate) fn subject(&self) -> &str {
        self.subject.of(&self.text)
    }

    pub(crate) fn client_id(&self) -> &str {
        self.client_id.of(&self.text)
    }

    /// Returns the claims that are shown in the events and spans of `tracing`.
    pub(crate) fn caller(&self) -> Caller<'_> {
        Caller {
            subject: self.subject(),
            client_id: self.client_id(),
        }
    }

    pub(crate) fn token_id(&self) -> &str {
        self.token_id.of(&self.text)
    }

    pub(crate) fn audience(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.audience.iter().map(|span| span.of(&self.text))
    }

    /// Returns the organization in the audience, if this is an organization token.
    pub(crate) fn audience_organization(&self) -> Option<&str> {
        self.audience_organization.map(|span| span.of(&self.text))
    }

    /// Returns the `organization_id` claim.
    pub(crate) fn organization_claim(&self) -> Option<&str> {
        self.organization_id.map(|span| span.of(&self.text))
    }

    pub(crate) fn actor(&self) -> Option<&str> {
        self.actor.map(|span| span.of(&self.text))
    }

    fn audience_bytes(&self) -> usize {
        if self.audience.spilled() {
            size_of::<Span>() * self.audience.capacity()
        } else {
            0
        }
    }

    /// Returns the memory that this value takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.token.len()
            + self.text.len()
            + self.audience_bytes()
            + self.scopes.bytes()
    }
}

/// Shows only the claims that may be logged, and not the token.
impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("subject", &self.subject())
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}

fn text_bytes(claims: &UnverifiedClaims<'_>) -> usize {
    let optional = |text: &Option<_>| text.as_deref().map_or(0, str::len);
    claims.issuer.len()
        + claims.subject.len()
        + claims.client_id.len()
        + claims.token_id.len()
        + claims.audience.iter().map(|one| one.len()).sum::<usize>()
        + optional(&claims.scope)
        + optional(&claims.organization_id)
        + optional(&claims.actor)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::verify::test_tokens::verified_claims;

    fn claims(members: &Value) -> Value {
        let mut claims = json!({
            "iss": "https://tenant.logto.app/oidc", "sub": "alice", "aud": "a", "client_id": "app",
            "jti": "7", "exp": 2, "iat": 1,
        });
        let all = claims.as_object_mut().unwrap();
        all.extend(members.as_object().unwrap().clone());
        claims
    }

    /// Returns the memory of a token without the lists of its scopes and audiences.
    fn plain(verified: &Verified) -> usize {
        size_of::<Verified>() + verified.token.len() + verified.text.len()
    }

    #[test]
    fn the_text_of_the_claims_is_allocated_once() {
        for members in [
            json!({}),
            json!({ "aud": ["a", "https://api.example.com"] }),
            json!({ "scope": "read:products write:products" }),
            json!({ "organization_id": "acme" }),
            json!({ "act": { "sub": "support" } }),
        ] {
            let claims = claims(&members).to_string();
            let claims = UnverifiedClaims::parse(claims.as_bytes()).unwrap();
            let verified = verified_claims(b"a.b.c", &claims);
            assert_eq!(text_bytes(&claims), verified.text.len(), "{members}");
        }
    }

    #[test]
    fn the_memory_of_a_token_includes_its_lists() {
        let many = |prefix: &str| {
            (0..100)
                .map(|at| format!("{prefix}{at}"))
                .collect::<Vec<_>>()
        };
        let (scopes, audience) = (
            json!({ "scope": many("s").join(" ") }),
            json!({ "aud": many("a") }),
        );
        for (members, lists) in [
            (json!({}), 0),
            (json!({ "scope": "a b c d" }), 0),
            (scopes.clone(), 1),
            (audience.clone(), 1),
            (
                json!({ "scope": scopes["scope"], "aud": audience["aud"] }),
                2,
            ),
        ] {
            let claims = claims(&members).to_string();
            let claims = UnverifiedClaims::parse(claims.as_bytes()).unwrap();
            let verified = verified_claims(b"a.b.c", &claims);
            let beyond = verified.bytes() - plain(&verified);
            // A list grows by doubling, so at most half of it is empty.
            let entries = lists * 100 * size_of::<Span>();
            assert!(
                (entries..=2 * entries).contains(&beyond),
                "{members}: {beyond}"
            );
        }
    }
}
