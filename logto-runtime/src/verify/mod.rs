//! From an access token to evidence: the steps, in order.

mod claim_rules;
mod error;
pub(crate) mod scope_set;
pub(crate) mod text;
mod token_cache;
mod verified;

use std::sync::Arc;

pub(crate) use self::{
    claim_rules::Expected,
    error::{IssuerDifference, VerifyError},
    token_cache::TokenCache,
    verified::Verified,
};
use crate::{
    clock::Clock,
    jwks::{KeyCache, Need},
    telemetry,
    token::{
        access_token::AccessToken, algorithm::AlgorithmSet, claims::UnverifiedClaims,
        header::Header, segments::Segments,
    },
};

/// Judges access tokens.
#[derive(Debug)]
pub(crate) struct Verifier {
    pub(crate) expected: Expected,
    pub(crate) algorithms: AlgorithmSet,
    pub(crate) max_token_bytes: usize,
    pub(crate) keys: KeyCache,
    pub(crate) cache: Option<TokenCache>,
    pub(crate) clock: Clock,
}

/// What became of a token without waiting.
#[derive(Debug)]
pub(crate) enum Verification {
    /// It holds, and whether that was known before.
    Verified(Arc<Verified>, Origin),
    Rejected(VerifyError),
    /// The keys to judge it with must be waited for.
    Waits(Need),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// From the token cache or from this very request.
    Memory,
    /// Its signature was checked just now.
    Signature,
}

/// What a token has already waited for; it never waits for the same twice.
#[derive(Clone, Copy, Debug, Default)]
struct Waited {
    for_keys: bool,
    for_its_key: bool,
}

impl Verifier {
    /// Judges a token with the keys at hand. `remembered` is what this request already verified,
    /// and not asked for a token that the cache knows.
    #[inline]
    pub(crate) fn try_verify<'r>(
        &self,
        token: AccessToken<'_>,
        remembered: impl FnOnce() -> Option<&'r Arc<Verified>>,
    ) -> Verification {
        self.verify(token, remembered, Waited::default())
    }

    /// Waits for the keys that [`try_verify`](Self::try_verify) lacked, then judges.
    pub(crate) async fn verify_after(
        &self,
        mut need: Need,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Origin), VerifyError> {
        let mut waited = Waited::default();
        loop {
            self.keys
                .wait(&need)
                .await
                .map_err(|unavailable| VerifyError::KeysUnavailable {
                    retry_after: unavailable.retry_after,
                })?;
            waited.for_keys = true;
            waited.for_its_key |= matches!(need, Need::Key { .. });
            match self.verify(token, || None, waited) {
                Verification::Verified(verified, known) => return Ok((verified, known)),
                Verification::Rejected(error) => return Err(error),
                Verification::Waits(next) => need = next,
            }
        }
    }

    #[inline]
    fn verify<'r>(
        &self,
        token: AccessToken<'_>,
        remembered: impl FnOnce() -> Option<&'r Arc<Verified>>,
        waited: Waited,
    ) -> Verification {
        let now = self.clock.unix_seconds();
        if let Some(verified) = self.look_up(token, remembered) {
            if let Err(error) = claim_rules::valid_now(verified.times(), self.expected.leeway, now)
            {
                return Verification::Rejected(error);
            }
            if !waited.for_keys && self.keys.must_wait() {
                return Verification::Waits(Need::Keys);
            }
            if !verified.key().is_retired() {
                return Verification::Verified(verified, Origin::Memory);
            }
            if let Some(cache) = &self.cache {
                cache.remove(token.as_bytes());
            }
        }
        self.verify_new(token, waited, now)
            .unwrap_or_else(Verification::Rejected)
    }

    // Apart from what is done for known tokens, so that their code stays small.
    #[inline(never)]
    fn verify_new(
        &self,
        token: AccessToken<'_>,
        waited: Waited,
        now: i64,
    ) -> Result<Verification, VerifyError> {
        let segments =
            Segments::split(token, self.max_token_bytes).map_err(VerifyError::Segments)?;
        let decoded = segments.decode().map_err(VerifyError::Segments)?;

        let header =
            Header::parse(decoded.header(), self.algorithms).map_err(VerifyError::Header)?;
        let claims = UnverifiedClaims::parse(decoded.claims()).map_err(VerifyError::Claims)?;
        claim_rules::check(&claims, &self.expected, now)?;

        if !waited.for_keys && self.keys.must_wait() {
            return Ok(Verification::Waits(Need::Keys));
        }
        let key = match self.keys.find(&header.key_id) {
            Ok(key) => key,
            Err(need) if !waited.for_its_key && self.keys.can_refresh() => {
                return Ok(Verification::Waits(need));
            }
            Err(_) => return Err(unknown_key(&header)),
        };
        if key.algorithm() != header.algorithm {
            return Err(VerifyError::AlgorithmOfAnotherKey {
                key_id: header.key_id.into_owned(),
            });
        }
        if key
            .verify(segments.signing_input(), decoded.signature())
            .is_err()
        {
            return Err(VerifyError::Signature {
                key_id: header.key_id.into_owned(),
            });
        }
        // A refresh may have withdrawn the key while its signature was being checked.
        if key.is_retired() {
            return Err(unknown_key(&header));
        }
        let verified = Arc::new(Verified::new(token.as_bytes(), &claims, key));
        if let Some(cache) = &self.cache {
            cache.insert(&verified);
        }
        Ok(Verification::Verified(verified, Origin::Signature))
    }

    /// In the cache, or else in what the request itself remembers.
    #[inline]
    fn look_up<'r>(
        &self,
        token: AccessToken<'_>,
        remembered: impl FnOnce() -> Option<&'r Arc<Verified>>,
    ) -> Option<Arc<Verified>> {
        if let Some(cache) = &self.cache {
            let known = cache.get(token.as_bytes());
            telemetry::looked_up(known.is_some());
            if known.is_some() {
                return known;
            }
        }
        remembered().cloned()
    }
}

fn unknown_key(header: &Header<'_>) -> VerifyError {
    VerifyError::UnknownKey {
        key_id: header.key_id.clone().into_owned(),
    }
}
