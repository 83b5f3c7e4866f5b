//! Recorded tokens of Logto, sent at a time before they expired.

use std::sync::Arc;

use super::{Case, Expected, Service};
use crate::{
    recorded::{Decision, Recorded, Token, text_of},
    support::{ORG, PRODUCTS},
};

pub(super) fn cases() -> Vec<Case> {
    let cases: Vec<_> = Recorded::read().tokens.iter().map(case).collect();
    let accepted = cases
        .iter()
        .filter(|case| case.expected == Expected::Accepted);
    assert_eq!((cases.len(), accepted.count()), (71, 57));
    cases
}

fn case(token: &Token) -> Case {
    let case = Case {
        name: format!("{}{}", token.file, token.token_pointer),
        token: token.text(),
        expected: Expected::Invalid,
        service: Arc::new(Service {
            issuer: token.issuer.clone(),
            jwks: text_of(token.key_set_file()),
            now: token.now,
            in_real_time: false,
        }),
    };
    Case {
        expected: expected(token, &case),
        ..case
    }
}

/// If all decisions about the token in `expected-decisions.json` are `Invalid token`, it is invalid here,
/// too. Otherwise, the audience decides: this service accepts `PRODUCTS`, `ORG` and every organization.
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
