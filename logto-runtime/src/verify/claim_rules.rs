//! The rules about claims. Each rule is a function that needs only the claims, the settings and the time.

use std::time::Duration;

use super::error::{IssuerDifference, VerifyError};
use crate::token::claims::UnverifiedClaims;

/// The prefix of the audience of an organization token.
pub(crate) const ORGANIZATION_AUDIENCE: &str = "urn:logto:organization:";

/// The settings that claims are compared with.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) issuers: Vec<String>,
    pub(crate) leeway: Duration,
    /// The greatest accepted age of a token, in seconds. The list of revocations may have forgotten the entry
    /// that revoked an older token. `None` without such a list.
    pub(crate) max_age: Option<i64>,
}

impl Expected {
    pub(crate) fn leeway_seconds(&self) -> i64 {
        seconds(self.leeway)
    }
}

fn seconds(leeway: Duration) -> i64 {
    i64::try_from(leeway.as_secs()).unwrap_or(i64::MAX)
}

/// The times of a token. If the token cache has the token, only these claims are checked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) not_before: Option<i64>,
}

/// Checks the rules in order, and returns the first error. The rules with the most helpful errors come first.
pub(crate) fn check(
    claims: &UnverifiedClaims<'_>,
    expected: &Expected,
    now: i64,
) -> Result<(), VerifyError> {
    known_issuer(claims, expected)?;
    consistent_organization(claims)?;
    valid_now(
        Times {
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            not_before: claims.not_before,
        },
        expected,
        now,
    )
}

/// Checks the rules about time. A token must meet them at each use, even if the token is cached.
pub(crate) fn valid_now(times: Times, expected: &Expected, now: i64) -> Result<(), VerifyError> {
    let leeway = expected.leeway_seconds();
    issued_in_the_past(times, leeway, now)?;
    already_valid(times, leeway, now)?;
    not_expired(times, leeway, now)?;
    young_enough(times, expected.max_age, now)
}

/// Returns the id in an audience `urn:logto:organization:<id>`.
///
/// Returns `None` for other audiences, including reserved resources such as
/// `urn:logto:resource:organizations`.
pub(crate) fn organization_of_audience(audience: &str) -> Option<&str> {
    audience.strip_prefix(ORGANIZATION_AUDIENCE)
}

/// Checks that `iss` exactly matches an issuer that this resource server trusts (RFC 9068 §4).
fn known_issuer(claims: &UnverifiedClaims<'_>, expected: &Expected) -> Result<(), VerifyError> {
    if expected
        .issuers
        .iter()
        .any(|issuer| *issuer == claims.issuer)
    {
        return Ok(());
    }
    Err(VerifyError::Issuer(IssuerDifference::between(
        &claims.issuer,
        &expected.issuers,
    )))
}

/// Checks an audience that names an organization. The audience must have no other entry. The id of the
/// organization must not be empty, and must equal the claim `organization_id` if the token has this claim.
///
/// The audience decides where a token may be used (RFC 9068 §4). So a token for an organization must be
/// rejected everywhere else.
fn consistent_organization(claims: &UnverifiedClaims<'_>) -> Result<(), VerifyError> {
    let mut named = claims
        .audience
        .iter()
        .filter_map(|audience| organization_of_audience(audience));
    let Some(organization) = named.next() else {
        return Ok(());
    };
    let contradicts = claims
        .organization_id
        .as_ref()
        .is_some_and(|id| *id != organization);
    if organization.is_empty() || claims.audience.len() > 1 || contradicts {
        return Err(VerifyError::ContradictoryOrganization);
    }
    Ok(())
}

/// Rejects a token on or after `exp` plus the leeway (RFC 7519 §4.1.4).
fn not_expired(times: Times, leeway: i64, now: i64) -> Result<(), VerifyError> {
    if now >= times.expires_at.saturating_add(leeway) {
        return Err(VerifyError::Expired);
    }
    Ok(())
}

/// Rejects a token whose `iat` (RFC 7519 §4.1.6) is later than now plus the leeway. Such a token shows that
/// the clocks of Logto and of this service differ.
fn issued_in_the_past(times: Times, leeway: i64, now: i64) -> Result<(), VerifyError> {
    if times.issued_at > now.saturating_add(leeway) {
        return Err(VerifyError::IssuedInTheFuture);
    }
    Ok(())
}

/// Rejects a token older than `max_age`. The list of revocations may have forgotten the entry that revoked
/// such a token.
fn young_enough(times: Times, max_age: Option<i64>, now: i64) -> Result<(), VerifyError> {
    match max_age {
        Some(max_age) if times.issued_at < now.saturating_sub(max_age) => {
            Err(VerifyError::OlderThanRevocations)
        }
        _ => Ok(()),
    }
}

/// Rejects a token before `nbf` minus the leeway (RFC 7519 §4.1.5).
fn already_valid(times: Times, leeway: i64, now: i64) -> Result<(), VerifyError> {
    match times.not_before {
        Some(not_before) if not_before > now.saturating_add(leeway) => {
            Err(VerifyError::NotYetValid)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{VerifyError as E, *};

    const ISSUER: &str = "https://t.logto.app/oidc";
    const NOW: i64 = 10_000;

    fn check_with(changes: &serde_json::Value) -> Result<(), VerifyError> {
        let mut claims = json!({
            "jti": "t1", "sub": "alice", "iat": NOW, "exp": NOW + 3_600, "client_id": "app",
            "iss": ISSUER, "aud": "https://api.example.com",
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let expected = Expected {
            issuers: vec![
                ISSUER.to_owned(),
                "https://auth.example.com/oidc".to_owned(),
            ],
            leeway: Duration::from_secs(60),
            max_age: Some(5_000),
        };
        let text = claims.to_string();
        check(
            &UnverifiedClaims::parse(text.as_bytes()).unwrap(),
            &expected,
            NOW,
        )
    }

    #[test]
    fn times_are_checked_to_the_second_and_with_the_leeway() {
        for (changes, error) in [
            (json!({"exp": NOW - 59}), None),
            (json!({"exp": NOW - 60}), Some(E::Expired)),
            (json!({"exp": i64::MIN}), Some(E::Expired)),
            (json!({"exp": i64::MAX}), None),
            (json!({"iat": NOW + 60}), None),
            (json!({"iat": NOW + 61}), Some(E::IssuedInTheFuture)),
            (json!({"iat": i64::MAX}), Some(E::IssuedInTheFuture)),
            (json!({"iat": NOW - 5_000}), None),
            (json!({"iat": NOW - 5_001}), Some(E::OlderThanRevocations)),
            (json!({"iat": i64::MIN}), Some(E::OlderThanRevocations)),
            (json!({"nbf": NOW + 60}), None),
            (json!({"nbf": NOW + 61}), Some(E::NotYetValid)),
            (json!({"nbf": 1}), None),
        ] {
            assert_eq!(check_with(&changes).err(), error, "{changes}");
        }
    }

    #[test]
    fn only_the_exact_issuers_are_trusted() {
        use IssuerDifference::{AnotherHost, Other, WithoutOidc};
        for (issuer, difference) in [
            (ISSUER, None),
            ("https://auth.example.com/oidc", None),
            ("https://t.logto.app/oidc/", Some(Other)),
            ("https://T.logto.app/oidc", Some(AnotherHost)),
            ("https://t.logto.app", Some(WithoutOidc)),
            ("https://t.logto.app/", Some(WithoutOidc)),
            ("https://other.logto.app/oidc", Some(AnotherHost)),
            ("https://evil.example", Some(Other)),
        ] {
            let error = check_with(&json!({"iss": issuer})).err();
            assert_eq!(error, difference.map(E::Issuer), "{issuer}");
        }
    }

    #[test]
    fn an_organization_in_the_audience_must_be_the_only_audience_and_match_the_claim() {
        let contradiction = Some(E::ContradictoryOrganization);
        for (changes, expected) in [
            (json!({"aud": "urn:logto:organization:a"}), None),
            (json!({"aud": ["urn:logto:organization:a"]}), None),
            (
                json!({"aud": "urn:logto:organization:a", "organization_id": "a"}),
                None,
            ),
            (
                json!({"aud": "urn:logto:organization:a", "organization_id": "b"}),
                contradiction.clone(),
            ),
            (
                json!({"aud": "urn:logto:organization:"}),
                contradiction.clone(),
            ),
            (
                json!({"aud": ["urn:logto:organization:a", "urn:logto:organization:b"]}),
                contradiction.clone(),
            ),
            (
                json!({"aud": ["https://api.example.com", "urn:logto:organization:a"]}),
                contradiction.clone(),
            ),
            (
                json!({"aud": ["https://api.example.com", "https://b.example.com"]}),
                None,
            ),
            (
                json!({"aud": "urn:logto:resource:organizations", "organization_id": "a"}),
                None,
            ),
        ] {
            assert_eq!(check_with(&changes).err(), expected, "{changes}");
        }
    }
}
