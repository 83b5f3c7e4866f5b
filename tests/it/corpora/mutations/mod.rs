//! Mutations of the recorded tokens, and of tokens of a test tenant.
//!
//! A mutation is about one rule. But a change of a signed token also breaks its signature. So most mutations
//! change the header or the claims first, and a test tenant signs the result. Only `segments`, `signatures`
//! and a part of `algorithms` change tokens that are signed already.
//!
//! - `segments`: the three segments as text
//! - `header`: JSON fields of the header; `header_keys`: keys in the header
//! - `claims`: values of the claims; `claim_types`: their JSON types; `shape`: their JSON text
//! - `algorithms`: algorithm confusion
//! - `signatures`: changed signatures

mod algorithms;
mod claim_types;
mod claims;
mod header;
mod header_keys;
mod segments;
mod shape;
mod signatures;

use std::{collections::BTreeSet, sync::Arc};

use logto_runtime::{Algorithm, test_util::TestTenant};
use serde_json::json;

use super::{Case, Expected, Service, members::Members};
use crate::support::PRODUCTS;

pub(super) fn of(recorded: &[Case]) -> Vec<Case> {
    let accepted: Vec<_> = recorded
        .iter()
        .filter(|case| case.expected == Expected::Accepted)
        .collect();
    let mut cases = Vec::new();
    for (index, case) in accepted.iter().enumerate() {
        let other = accepted[(index + 1) % accepted.len()];
        cases.extend(segments::of(case, other));
        cases.extend(signatures::of(case));
    }
    let forge = Forge::new(Algorithm::ES384);
    for case in kinds(&accepted) {
        let members = forge.rebased(case);
        let forge = forge.named(&case.name);
        cases.extend(claims::of(&forge, &members));
        cases.extend(claim_types::of(&forge, &members));
        cases.extend(shape::of(&forge, &members));
    }
    cases.extend(header::cases(&forge.named("header")));
    cases.extend(algorithms::cases());
    cases.extend(signatures::cases());
    cases
}

/// Keeps one token of each kind. A kind is a set of claim names, and whether the audience starts with `urn:`.
fn kinds<'a>(cases: &[&'a Case]) -> Vec<&'a Case> {
    let mut seen = BTreeSet::new();
    let kind = |case: &Case| {
        let claims = case.claims().unwrap();
        let audience = claims["aud"].as_str().unwrap().starts_with("urn:");
        (claims.keys().cloned().collect::<Vec<_>>(), audience)
    };
    cases
        .iter()
        .copied()
        .filter(|case| seen.insert(kind(case)))
        .collect()
}

/// Makes tokens of a test tenant with any header and any claims.
struct Forge {
    name: String,
    tenant: Arc<TestTenant>,
    service: Arc<Service>,
}

impl Forge {
    fn new(algorithm: Algorithm) -> Self {
        let tenant = TestTenant::builder()
            .offline()
            .algorithm(algorithm)
            .resource(PRODUCTS, ["read:products"])
            .start();
        Self {
            name: algorithm.to_string(),
            service: Service::in_real_time(tenant.issuer(), tenant.jwks_json()),
            tenant: Arc::new(tenant),
        }
    }

    fn named(&self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            tenant: Arc::clone(&self.tenant),
            service: Arc::clone(&self.service),
        }
    }

    fn now(&self) -> u64 {
        self.service.now
    }

    /// Returns the claims of a recorded token with this tenant's issuer and the current time.
    fn rebased(&self, case: &Case) -> Members {
        let mut claims = case.claims().unwrap();
        claims.insert("iss".to_owned(), json!(self.service.issuer));
        claims.insert("iat".to_owned(), json!(self.now()));
        claims.insert("exp".to_owned(), json!(self.now() + 3_600));
        if claims.contains_key("nbf") {
            claims.insert("nbf".to_owned(), json!(self.now()));
        }
        Members::of(&claims)
    }

    fn case(&self, change: &str, token: String, expected: Expected) -> Case {
        Case {
            name: format!("{}: {change}", self.name),
            token,
            expected,
            service: Arc::clone(&self.service),
        }
    }

    /// Returns a case with these claims and a valid signature.
    fn claims(&self, change: &str, claims: impl Into<Vec<u8>>, expected: Expected) -> Case {
        let token = self.tenant.token().raw_claims(claims).mint();
        self.case(change, token, expected)
    }

    /// Returns a case with this header, valid claims and a valid signature.
    fn header(&self, change: &str, header: impl Into<Vec<u8>>, expected: Expected) -> Case {
        let token = self.tenant.token().raw_header(header).mint();
        self.case(change, token, expected)
    }
}
