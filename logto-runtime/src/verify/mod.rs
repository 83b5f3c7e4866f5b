//! Verification of access tokens.
//!
//! A [`Verifier`] takes an access token. It returns a [`Verified`] token or a [`VerifyError`]. If the
//! verifier must first wait for keys, it returns a [`Need`].
//!
//! - A token is checked in this order: shape, header, claims, key, signature. The key must be for the `alg`
//!   in the header. The signature is the most expensive check, so it comes last.
//! - If there is a token cache, a verified token goes into the cache. On a hit, the verifier checks only the
//!   times of the token, the age of the key set, and whether the token's key is retired.
//! - Except in tests, only this module creates a [`Verified`]. So code that has a `Verified` can rely on its
//!   claims.
//! - Another module, `decide`, compares the audience, organization, subject, client and scopes of a token
//!   with requirements.
//!
//! In reading order:
//!
//! - this file: [`Verifier`], and the order of the steps;
//! - `claim_rules`: issuer, times, and contradictions about the organization;
//! - `verified`: the result; `text` stores its strings, and `scope_set` its scopes;
//! - `token_cache`: a bounded cache of verified tokens;
//! - `found_clean`: remembers that the list of revocations did not refuse a token;
//! - `known_to_fit`: remembers which requirements a token fits;
//! - `unverified_issuer`: reads the issuer of an unverified token, to choose among several tenants;
//! - `error`: why a token is rejected.

mod claim_rules;
mod error;
#[cfg(feature = "revocation")]
mod found_clean;
mod known_to_fit;
pub(crate) mod scope_set;
#[cfg(test)]
pub(crate) mod test_tokens;
pub(crate) mod text;
mod token_cache;
#[cfg(test)]
mod token_cache_tests;
mod unverified_issuer;
mod verified;

#[cfg(feature = "revocation")]
mod sync;

use std::sync::Arc;

#[cfg(feature = "revocation")]
pub(crate) use self::found_clean::FoundClean;
pub(crate) use self::{
    claim_rules::Expected,
    error::{IssuerDifference, VerifyError},
    token_cache::{OVERHEAD_BYTES, TYPICAL_ENTRY_BYTES, TokenCache},
    unverified_issuer::unverified_issuer,
    verified::{TokenDigest, Verified},
};
use crate::{
    clock::{Clock, Reading},
    jwks::{KeyCache, Need},
    telemetry,
    token::{
        access_token::AccessToken, algorithm::AlgorithmSet, claims::UnverifiedClaims,
        header::Header, segments::Segments,
    },
};

/// Verifies access tokens.
#[derive(Debug)]
pub(crate) struct Verifier {
    pub(crate) expected: Expected,
    pub(crate) algorithms: AlgorithmSet,
    pub(crate) max_token_bytes: usize,
    pub(crate) keys: KeyCache,
    pub(crate) cache: Option<TokenCache>,
    pub(crate) clock: Clock,
}

/// The result of verifying a token without waiting.
#[derive(Debug)]
pub(crate) enum Verification {
    /// The token is valid at this moment.
    Verified(Arc<Verified>, Origin, Reading),
    /// The token is not valid.
    Rejected(VerifyError),
    /// The token cannot be verified before a fetch of the key set.
    /// [`verify_after`](Verifier::verify_after) waits for the fetch.
    Waits(Need),
}

/// Where a [`Verified`] token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The token cache, or an earlier verification within the same request.
    Memory,
    /// A signature check by this call.
    Signature,
}

/// What a request has already waited for. A request never waits for the same need twice.
#[derive(Clone, Copy, Debug, Default)]
struct Waited {
    for_keys: bool,
    for_its_key: bool,
}

impl Verifier {
    /// Verifies a token with the current key set.
    ///
    /// `remembered` returns the result if the same request has already verified this token. It is
    /// not called for a cached token.
    #[inline]
    pub(crate) fn try_verify<'r>(
        &self,
        token: AccessToken<'_>,
        remembered: impl FnOnce() -> Option<&'r Arc<Verified>>,
    ) -> Verification {
        self.verify(token, remembered, Waited::default())
    }

    /// Waits for the keys that [`try_verify`](Self::try_verify) needed, then verifies the token.
    pub(crate) async fn verify_after(
        &self,
        mut need: Need,
        token: AccessToken<'_>,
    ) -> Result<(Arc<Verified>, Origin, Reading), VerifyError> {
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
                Verification::Verified(verified, origin, now) => {
                    return Ok((verified, origin, now));
                }
                Verification::Rejected(error) => return Err(error),
                Verification::Waits(next) => need = next,
            }
        }
    }

    /// Returns whether a verified token is still valid. The token must meet the rules about time, and its key
    /// must not be retired. Starts a fetch in the background if the keys are not fresh, because perhaps no
    /// request comes that would notice a removed key.
    #[cfg(feature = "revocation")]
    pub(crate) fn still_accepts(&self, verified: &Verified, now: Reading) -> bool {
        self.keys.refresh_if_due();
        claim_rules::valid_now(verified.times(), &self.expected, now.unix_seconds()).is_ok()
            && !verified.key().is_retired()
    }

    #[inline]
    fn verify<'r>(
        &self,
        token: AccessToken<'_>,
        remembered: impl FnOnce() -> Option<&'r Arc<Verified>>,
        waited: Waited,
    ) -> Verification {
        let now = self.clock.read();
        if let Some(verified) = self.look_up(token, remembered) {
            if let Err(error) =
                claim_rules::valid_now(verified.times(), &self.expected, now.unix_seconds())
            {
                // Hits would keep a token that is too old in the cache, at the expense of valid tokens.
                if matches!(
                    error,
                    VerifyError::Expired | VerifyError::OlderThanRevocations
                ) {
                    self.forget(token);
                }
                return Verification::Rejected(error);
            }
            if !waited.for_keys && self.keys.must_wait(now) {
                return Verification::Waits(Need::Keys);
            }
            if !verified.key().is_retired() {
                return Verification::Verified(verified, Origin::Memory, now);
            }
            // A newer key set may have the key again, so the token is verified again.
            self.forget(token);
        }
        self.verify_new(token, waited, now)
            .unwrap_or_else(Verification::Rejected)
    }

    /// Verifies an uncached token. This is a separate function, so that the code for cached tokens stays
    /// small.
    #[inline(never)]
    fn verify_new(
        &self,
        token: AccessToken<'_>,
        waited: Waited,
        now: Reading,
    ) -> Result<Verification, VerifyError> {
        let explain = |error| VerifyError::of_segments(error, token);
        let segments = Segments::split(token, self.max_token_bytes).map_err(explain)?;
        let decoded = segments.decode().map_err(explain)?;

        let header =
            Header::parse(decoded.header(), self.algorithms).map_err(VerifyError::Header)?;
        let claims = UnverifiedClaims::parse(decoded.claims()).map_err(VerifyError::Claims)?;
        claim_rules::check(&claims, &self.expected, now.unix_seconds())?;

        if !waited.for_keys && self.keys.must_wait(now) {
            return Ok(Verification::Waits(Need::Keys));
        }
        let issued_before = claims
            .issued_at
            .saturating_add(self.expected.leeway_seconds());
        let key = match self.keys.find(&header.key_id, issued_before) {
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
        // A refresh may have retired the key while the signature was being checked.
        if key.is_retired() {
            return Err(unknown_key(&header));
        }
        let verified = Arc::new(Verified::new(token.as_bytes(), &claims, key));
        // The explorer promises that it does not store a pasted token.
        if let Some(cache) = &self.cache
            && !telemetry::is_quiet()
        {
            cache.insert(&verified);
        }
        Ok(Verification::Verified(verified, Origin::Signature, now))
    }

    /// Returns the token from the cache. If the cache does not have it, returns the result of `remembered`.
    #[inline]
    fn look_up<'r>(
        &self,
        token: AccessToken<'_>,
        remembered: impl FnOnce() -> Option<&'r Arc<Verified>>,
    ) -> Option<Arc<Verified>> {
        if let Some(cache) = &self.cache {
            let cached = cache.get(token.as_bytes());
            telemetry::looked_up(cached.is_some());
            if cached.is_some() {
                return cached;
            }
        }
        remembered().cloned()
    }

    /// Removes the token from the cache.
    #[cold]
    fn forget(&self, token: AccessToken<'_>) {
        if let Some(cache) = &self.cache {
            cache.remove(token.as_bytes());
        }
    }
}

fn unknown_key(header: &Header<'_>) -> VerifyError {
    VerifyError::UnknownKey {
        key_id: header.key_id.clone().into_owned(),
    }
}
