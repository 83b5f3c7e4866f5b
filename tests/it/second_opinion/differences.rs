//! Tokens on which `logto-runtime` and `jsonwebtoken` differ, and the reason for each difference.

use serde_json::Value;

use crate::corpora::{Case, decoded};

/// A kind of token that only one of the two libraries accepts.
pub(super) struct Difference {
    pub(super) reason: &'static str,
    pub(super) accepted_by_us: bool,
    pub(super) applies_to: fn(&Case) -> bool,
}

const fn only_we_refuse(reason: &'static str, applies_to: fn(&Case) -> bool) -> Difference {
    Difference {
        reason,
        accepted_by_us: false,
        applies_to,
    }
}

const fn only_we_accept(reason: &'static str, applies_to: fn(&Case) -> bool) -> Difference {
    Difference {
        reason,
        accepted_by_us: true,
        applies_to,
    }
}

pub(super) const DIFFERENCES: [Difference; 14] = [
    only_we_accept(
        "jsonwebtoken does not support ES512, which Logto uses with a P-521 key",
        |case| header(case, "alg") == "ES512",
    ),
    only_we_accept(
        "RFC 7519 §2 lets a NumericDate be negative; jsonwebtoken reads it as an unsigned number",
        |case| claim(case, "nbf").as_i64().is_some_and(|time| time < 0),
    ),
    only_we_accept(
        "RFC 7515 §4: header parameters that are not understood are ignored, whatever their type",
        |case| header(case, "jku").is_number() || header(case, "x5c").is_string(),
    ),
    only_we_refuse(
        "RFC 7515 §4.1.11: crit lists extensions that must be understood, and this crate supports none",
        |case| {
            case.header()
                .is_some_and(|header| header.contains_key("crit"))
        },
    ),
    only_we_refuse(
        "RFC 9068 §4: the type is at+jwt; ID tokens are not access tokens",
        |case| !is_access_token_type(&header(case, "typ")),
    ),
    only_we_refuse(
        "RFC 9068 §2.2: iat, client_id and jti are required",
        |case| {
            ["iat", "client_id", "jti"]
                .iter()
                .any(|name| match claim(case, name) {
                    Value::String(text) => *name == "iat" || text.is_empty(),
                    Value::Number(number) => *name != "iat" || number.as_i64().is_none(),
                    _ => true,
                })
        },
    ),
    only_we_refuse(
        "an empty string does not name a subject or audience",
        |case| claim(case, "sub") == "" || has_empty_audience(case),
    ),
    only_we_refuse(
        "scope or organization_id is not a string, or organization_id is empty",
        |case| {
            let organization = claim(case, "organization_id");
            let ill_typed = |name: &str| present(case, name) && !claim(case, name).is_string();
            ill_typed("scope") || ill_typed("organization_id") || organization == ""
        },
    ),
    only_we_refuse("RFC 8693 §4.1: an actor without a subject", |case| {
        present(case, "act") && claim(case, "act")["sub"].as_str().is_none_or(str::is_empty)
    }),
    only_we_refuse(
        "RFC 9068 §2.2: iss is a string, not a list that contains the issuer",
        |case| claim(case, "iss").is_array(),
    ),
    only_we_refuse(
        "times are 64-bit integers; jsonwebtoken rounds fractions and does not check iat",
        |case| {
            ["exp", "iat", "nbf"].iter().any(|name| {
                claim(case, name).is_f64()
                    || claim(case, name)
                        .as_u64()
                        .is_some_and(|time| i64::try_from(time).is_err())
            }) || claim(case, "iat")
                .as_u64()
                .is_some_and(|time| time > case.service.now + 60)
        },
    ),
    only_we_refuse(
        "if aud names an organization, it names nothing else, and agrees with organization_id",
        |case| {
            let organizations: Vec<_> = audience(case)
                .into_iter()
                .filter_map(|audience| {
                    Some(audience.strip_prefix("urn:logto:organization:")?.to_owned())
                })
                .collect();
            organizations.iter().any(|organization| {
                audience(case).len() > 1
                    || present(case, "organization_id")
                        && claim(case, "organization_id") != organization.as_str()
            })
        },
    ),
    only_we_refuse(
        "RFC 7515 §4, RFC 7519 §4: names are unique; jsonwebtoken accepts duplicates that it does not read",
        |case| has_duplicates(case, 0) || has_duplicates(case, 1),
    ),
    only_we_refuse("a token of more than 16 KiB is not parsed", |case| {
        case.token.len() > 16 * 1_024
    }),
];

fn header(case: &Case, name: &str) -> Value {
    let header = case.header().unwrap_or_default();
    header.get(name).cloned().unwrap_or_default()
}

fn claim(case: &Case, name: &str) -> Value {
    let claims = case.claims().unwrap_or_default();
    claims.get(name).cloned().unwrap_or_default()
}

fn present(case: &Case, name: &str) -> bool {
    case.claims()
        .is_some_and(|claims| claims.contains_key(name))
}

fn audience(case: &Case) -> Vec<String> {
    match claim(case, "aud") {
        Value::String(one) => vec![one],
        Value::Array(all) => all
            .iter()
            .map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

fn has_empty_audience(case: &Case) -> bool {
    audience(case).iter().any(String::is_empty)
}

fn is_access_token_type(media_type: &Value) -> bool {
    let media_type = media_type.as_str().unwrap_or_default().to_ascii_lowercase();
    ["at+jwt", "application/at+jwt"].contains(&media_type.as_str())
}

/// Whether a JSON object in the segment has a name twice. The parser drops one of the two fields. So the
/// parsed segment has fewer colons than the original text.
fn has_duplicates(case: &Case, segment: usize) -> bool {
    let Some(text) = case.token.split('.').nth(segment) else {
        return false;
    };
    let json = decoded(text);
    let Ok(value) = serde_json::from_slice::<Value>(&json) else {
        return false;
    };
    let colons = |text: &[u8]| text.iter().filter(|byte| **byte == b':').count();
    colons(&json) > colons(value.to_string().as_bytes())
}
