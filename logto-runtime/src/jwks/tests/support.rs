//! Test keys, tokens signed with them, and a service on a simulated clock.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::{runtime::Handle, task::JoinHandle, time::Instant};

use super::endpoint::Endpoint;
use crate::{
    clock::{Clock, Reading},
    jwks::{KeyCache, KeyTimes},
    token::{access_token::AccessToken, algorithm::Algorithm},
    verify::{Expected, TokenCache, Verification, Verifier, VerifyError},
};

pub(super) const FRESH_FOR: Duration = Duration::from_secs(300);
pub(super) const USABLE_FOR: Duration = Duration::from_secs(24 * 3_600);
pub(super) const COOLDOWN: Duration = Duration::from_secs(10);

/// The wall-clock time at the start of a service: 2027-01-15, in seconds since the Unix epoch.
pub(super) const BEGINNING: u64 = 1_800_000_000;

const ISSUER: &str = "https://tenant.logto.test/oidc";

/// A key that signs tokens with valid claims.
#[derive(Clone)]
pub(super) struct TestKey {
    pub(super) id: String,
    pair: Arc<Ed25519KeyPair>,
}

impl TestKey {
    pub(super) fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            pair: Arc::new(Ed25519KeyPair::generate().unwrap()),
        }
    }

    pub(super) fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.id, "x": x })
    }

    /// Returns a token for this subject, issued at [`BEGINNING`]. Tokens for different subjects differ.
    pub(super) fn token(&self, subject: &str) -> String {
        self.token_issued_at(BEGINNING, subject)
    }

    /// Returns a token that was issued this many seconds after the Unix epoch.
    pub(super) fn token_issued_at(&self, issued_at: u64, subject: &str) -> String {
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.id });
        let claims = json!({
            "iss": ISSUER, "sub": subject, "client_id": "app", "jti": subject,
            "aud": "https://api.example.com", "iat": issued_at, "exp": 1_u64 << 40,
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Returns a key set document with these keys.
pub(super) fn document(keys: &[&TestKey]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
    json!({ "keys": keys }).to_string()
}

/// A simulated monotonic clock and a simulated wall clock. Both advance with tokio's clock, and tests can
/// change them.
#[derive(Clone)]
pub(super) struct Time {
    started: Instant,
    /// What the clocks showed at the start, plus all changes by the methods below.
    base: Arc<Mutex<Reading>>,
}

impl Time {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            base: Arc::new(Mutex::new(Reading {
                monotonic: Duration::ZERO,
                wall_millis: BEGINNING.cast_signed() * 1_000,
            })),
        }
    }

    /// Advances both clocks.
    pub(super) fn advance(&self, by: Duration) {
        let mut base = self.base();
        *base = base.after(by);
    }

    /// Suspends the machine: only the wall clock advances.
    pub(super) fn suspend(&self, by: Duration) {
        let mut base = self.base();
        base.wall_millis = base.after(by).wall_millis;
    }

    /// Sets the wall clock back.
    pub(super) fn set_back(&self, by: Duration) {
        self.base().wall_millis -= i64::try_from(by.as_millis()).unwrap();
    }

    pub(super) fn unix_seconds(&self) -> u64 {
        self.read().unix_seconds().cast_unsigned()
    }

    pub(super) fn clock(&self) -> Clock {
        let time = self.clone();
        Clock::reading(move || time.read())
    }

    fn read(&self) -> Reading {
        self.base().after(self.started.elapsed())
    }

    fn base(&self) -> MutexGuard<'_, Reading> {
        self.base.lock().unwrap()
    }
}

/// A service that verifies tokens with the keys of an endpoint.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) verifier: Arc<Verifier>,
    pub(super) endpoint: Endpoint,
    pub(super) time: Time,
}

impl Service {
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        Self::with_times(
            endpoint,
            KeyTimes {
                fresh_for: FRESH_FOR,
                usable_for: USABLE_FOR,
                unknown_key_cooldown: COOLDOWN,
            },
        )
    }

    pub(super) fn with_times(endpoint: &Endpoint, times: KeyTimes) -> Self {
        let time = Time::new();
        let clock = time.clock();
        let verifier = Verifier {
            expected: Expected {
                max_age: None,
                issuers: vec![ISSUER.to_owned()],
                leeway: Duration::from_secs(60),
            },
            algorithms: Algorithm::ALL.into_iter().collect(),
            max_token_bytes: 16 * 1024,
            keys: KeyCache::fetched_from(Box::new(endpoint.clone()), times, clock.clone()),
            cache: TokenCache::with_capacity(1 << 20),
            clock,
        };
        Self {
            verifier: Arc::new(verifier),
            endpoint: endpoint.clone(),
            time,
        }
    }

    /// Returns a service that has just fetched these keys.
    pub(super) async fn knowing(keys: &[&TestKey]) -> Self {
        let service = Self::new(&Endpoint::serving(keys));
        service.verifier.keys.load().await.unwrap();
        service
    }

    /// Returns the answer to a request with this token.
    pub(super) async fn ask(&self, token: &str) -> Result<(), VerifyError> {
        let access_token = AccessToken::new(token.as_bytes());
        match self.verifier.try_verify(access_token, || None) {
            Verification::Verified(..) => Ok(()),
            Verification::Rejected(error) => Err(error),
            Verification::Waits(need) => {
                let result = self.verifier.verify_after(need, access_token).await;
                result.map(|_| ())
            }
        }
    }

    /// Returns the answer to a request with this token, or `None` if the request must wait.
    pub(super) fn ask_now(&self, token: &str) -> Option<Result<(), VerifyError>> {
        match self
            .verifier
            .try_verify(AccessToken::new(token.as_bytes()), || None)
        {
            Verification::Verified(..) => Some(Ok(())),
            Verification::Rejected(error) => Some(Err(error)),
            Verification::Waits(_) => None,
        }
    }

    /// Spawns a request.
    pub(super) fn spawn(&self, token: &str) -> JoinHandle<Result<(), VerifyError>> {
        self.spawn_in(&Handle::current(), token)
    }

    /// Spawns a request in this runtime.
    pub(super) fn spawn_in(
        &self,
        runtime: &Handle,
        token: &str,
    ) -> JoinHandle<Result<(), VerifyError>> {
        let (service, token) = (self.clone(), token.to_owned());
        runtime.spawn(async move { service.ask(&token).await })
    }
}

/// Returns the rejection of a token whose key is not in the key set.
pub(super) fn unknown(key: &TestKey) -> Result<(), VerifyError> {
    Err(VerifyError::UnknownKey {
        key_id: key.id.clone(),
    })
}

/// Returns the seconds of `Retry-After`, if the answer is that keys are unavailable.
pub(super) fn retry_after(answer: &Result<(), VerifyError>) -> Option<f64> {
    match answer {
        Err(VerifyError::KeysUnavailable { retry_after }) => Some(retry_after.as_secs_f64()),
        _ => None,
    }
}
