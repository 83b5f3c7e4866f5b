//! Compares the parser of token headers with a naive one.

use serde_json::{Map, Value};

use super::{object, text};
use crate::{token::algorithm::Algorithm, token::header::Header};

/// Checks the parser of headers. The input is the decoded first segment of a token.
pub fn header(input: &[u8]) {
    let ours = Header::parse(input, Algorithm::ALL.into_iter().collect())
        .ok()
        .map(|header| {
            (
                header.algorithm.name().to_owned(),
                header.key_id.into_owned(),
            )
        });
    let (object, canonical) = object(input);
    let naive = object.as_ref().and_then(naive);
    // Only our parser rejects a repeated field. Canonical input, as `serde_json` writes it, does not repeat a
    // field.
    if ours.is_some() || canonical {
        assert_eq!(ours, naive);
    }
}

fn naive(header: &Map<String, Value>) -> Option<(String, String)> {
    const ALLOWED: [&str; 10] = [
        "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA",
    ];
    let algorithm = text(header.get("alg")?)?;
    let media_type = text(header.get("typ")?)?.to_ascii_lowercase();
    let right = ["at+jwt", "application/at+jwt"].contains(&media_type.as_str());
    let accepted = right && ALLOWED.contains(&&*algorithm) && !header.contains_key("crit");
    accepted.then_some((algorithm, text(header.get("kid")?)?))
}
