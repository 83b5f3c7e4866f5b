//! What Logto issued, at the time it did.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{Case, Expected, Service};
use crate::support::{ORG, PRODUCTS};

#[derive(Deserialize)]
struct Decisions {
    tokens: Vec<Token>,
}

#[derive(Deserialize)]
struct Token {
    file: String,
    token_pointer: String,
    jwks: Option<String>,
    issuer: String,
    now: u64,
    decisions: BTreeMap<String, Decision>,
}

#[derive(Deserialize)]
struct Decision {
    error: Option<String>,
}

pub(super) fn cases() -> Vec<Case> {
    let Decisions { tokens } = read("expected-decisions.json");
    let cases: Vec<_> = tokens.iter().map(case).collect();
    let accepted = cases
        .iter()
        .filter(|case| case.expected == Expected::Accepted);
    assert_eq!((cases.len(), accepted.count()), (71, 57));
    cases
}

fn case(token: &Token) -> Case {
    let file: Value = read(&token.file);
    let text = file.pointer(&token.token_pointer).and_then(Value::as_str);
    let case = Case {
        name: format!("{}{}", token.file, token.token_pointer),
        token: text.unwrap().to_owned(),
        expected: Expected::Invalid,
        service: Arc::new(Service {
            issuer: token.issuer.clone(),
            jwks: text_of(token.jwks.as_deref().unwrap_or("jwks.json")),
            now: token.now,
            in_real_time: false,
        }),
    };
    Case {
        expected: expected(token, &case),
        ..case
    }
}

/// No guard can tell more than "invalid" of a token that does not verify; of the others the
/// audience says whether it is for one of this service's resources, or for an organization.
fn expected(token: &Token, case: &Case) -> Expected {
    let invalid = |decision: &Decision| decision.error.as_deref() == Some("Invalid token");
    if token.decisions.values().all(invalid) {
        return Expected::Invalid;
    }
    let claims = case.claims().unwrap();
    let audience = claims["aud"].as_str().unwrap();
    match audience.strip_prefix("urn:logto:organization:") {
        Some(_) => Expected::Accepted,
        None if [PRODUCTS, ORG].contains(&audience) => Expected::Accepted,
        None => Expected::WrongAudience,
    }
}

fn read<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    serde_json::from_str(&text_of(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn text_of(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recorded");
    fs::read_to_string(path.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}
