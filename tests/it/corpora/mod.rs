//! Tokens as Logto issues them and as attackers send them, each with its expected answer.
//!
//! `CASES` has all of them. The tests in `attacks.rs`, `second_opinion` and `silence` use `CASES`.
//!
//! - `recorded`: tokens of Logto servers
//! - `mutations`: changed tokens of Logto servers, and of a test tenant
//! - `rfc_examples`: the examples of RFC 7515, 7520 and 8037, and tokens signed with the keys of the RFCs
//! - `members`: JSON objects as text, for mutations that a JSON library would not write
//! - `seeds`: writes the corpora as seeds for the fuzz targets

mod members;
mod mutations;
mod recorded;
mod rfc_examples;
mod seeds;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use logto_runtime::{Logto, LogtoBuilder};

use crate::support::{Answer, INVALID_TOKEN, ORG, PRODUCTS, at};

/// Keys and tokens of the RFCs. The unit tests of the library read the same file.
const RFC_EXAMPLES: &str = include_str!("../../../logto-runtime/src/jwks/rfc_examples.json");

/// A token, the service that it is sent to, and the expected outcome.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) token: String,
    pub(crate) expected: Expected,
    pub(crate) service: Arc<Service>,
}

/// The expected outcome at a route that requires only a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Accepted,
    Invalid,
    Expired,
    /// Invalid or expired, depending on what a mutation changes.
    Refused,
    WrongAudience,
}

/// The service to which a token is sent.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) issuer: String,
    pub(crate) jwks: String,
    pub(crate) now: u64,
    /// Whether `now` is the current time. Only then can other libraries check the times of a token.
    pub(crate) in_real_time: bool,
}

/// Every case of every corpus.
pub(crate) static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let recorded = recorded::cases();
    let mut cases = mutations::of(&recorded);
    cases.extend(rfc_examples::cases());
    cases.extend(recorded);
    cases
});

impl Service {
    pub(crate) fn in_real_time(issuer: String, jwks: String) -> Arc<Self> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Arc::new(Self {
            issuer,
            jwks,
            now: now.unwrap().as_secs(),
            in_real_time: true,
        })
    }

    pub(crate) fn logto(&self) -> LogtoBuilder {
        let now = at(self.now);
        Logto::builder("https://tenant.logto.test")
            .issuer(self.issuer.as_str())
            .jwks_json(self.jwks.as_str())
            .resource(PRODUCTS)
            .resource(ORG)
            .clock(move || now)
    }
}

/// A value that is created once for each service.
pub(crate) struct Services<T> {
    make: fn(&Service) -> T,
    made: HashMap<*const Service, T>,
}

impl<T> Services<T> {
    pub(crate) fn new(make: fn(&Service) -> T) -> Self {
        let made = HashMap::new();
        Self { make, made }
    }

    pub(crate) fn of(&mut self, case: &Case) -> &T {
        let service = &*case.service;
        let make = self.make;
        self.made
            .entry(std::ptr::from_ref(service))
            .or_insert_with(|| make(service))
    }
}

impl Case {
    /// Returns a case of the same service with another token.
    pub(crate) fn with(&self, change: &str, token: String, expected: Expected) -> Self {
        Self {
            name: format!("{}: {change}", self.name),
            token,
            expected,
            service: Arc::clone(&self.service),
        }
    }

    /// Returns the claims, if they are a JSON object.
    pub(crate) fn claims(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        self.json(1)
    }

    /// Returns the header, if it is a JSON object.
    pub(crate) fn header(&self) -> Option<serde_json::Map<String, serde_json::Value>> {
        self.json(0)
    }

    fn json(&self, segment: usize) -> Option<serde_json::Map<String, serde_json::Value>> {
        let segment = self.token.split('.').nth(segment)?;
        let json = try_decoded(segment)?;
        serde_json::from_slice(&json).ok()
    }
}

impl Expected {
    /// Returns the rejections that are allowed for this outcome.
    pub(crate) fn refusals(self) -> Vec<Answer> {
        match self {
            Self::Accepted => Vec::new(),
            Self::Invalid => vec![Answer::invalid_token()],
            Self::Expired => vec![Answer::expired()],
            Self::Refused => vec![Answer::invalid_token(), Answer::expired()],
            Self::WrongAudience => vec![Answer::refused(401, "Invalid audience", INVALID_TOKEN)],
        }
    }
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decoded(segment: &str) -> Vec<u8> {
    try_decoded(segment).unwrap()
}

fn try_decoded(segment: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(segment).ok()
}

/// Returns the three segments of a token.
pub(crate) fn segments(token: &str) -> [&str; 3] {
    let all: Vec<_> = token.split('.').collect();
    all.try_into().unwrap()
}

#[test]
fn the_corpora_are_large_and_no_two_cases_have_the_same_name() {
    let mut names: Vec<_> = CASES.iter().map(|case| case.name.as_str()).collect();
    assert!(names.len() > 5_000, "{}", names.len());
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
