//! The tenant that all contestants (the programs under comparison) trust. Makes the good and bad tokens that
//! they get.

use std::time::{Duration, SystemTime};

use arena::{SCOPE, Settings};
use logto_runtime::{
    Algorithm,
    test_util::{SigningKey, TestTenant, TokenBuilder},
};

const RESOURCE: &str = "https://api.example.com/products";

const SCOPES: [&str; 6] = [
    "read:products",
    "write:products",
    "delete:products",
    "read:orders",
    SCOPE,
    "read:reports",
];

pub struct Tenant(TestTenant);

impl Tenant {
    /// Starts a tenant that serves a discovery document and a key set on loopback. The tenant signs with
    /// ES384, Logto's default.
    pub fn start() -> Self {
        Self(TestTenant::builder().resource(RESOURCE, SCOPES).start())
    }

    pub fn settings(&self, core: usize) -> Settings {
        Settings {
            endpoint: self.0.endpoint().to_owned(),
            issuer: self.0.issuer(),
            audience: RESOURCE.to_owned(),
            jwks_uri: self.0.jwks_uri(),
            key_set: self.0.jwks_json(),
            core,
        }
    }

    /// Returns tokens with the same claims, except `jti` and the times.
    pub fn tokens(&self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.token().mint()).collect()
    }

    /// Returns tokens that must be refused, each with its fault.
    pub fn bad_tokens(&self) -> Vec<(&'static str, String)> {
        let other_key = SigningKey::generate(Algorithm::ES384);
        let hours_ago = SystemTime::now() - Duration::from_secs(13 * 3_600);
        vec![
            ("a changed signature", self.token().tampered().mint()),
            (
                "a signature by another key",
                self.token().signed_by(&other_key).mint(),
            ),
            (
                "a signature by another key, and the tenant's kid",
                self.token()
                    .signed_by(&other_key.with_kid(self.0.signing_kid()))
                    .mint(),
            ),
            (
                "another audience",
                self.token().audience("https://other.example").mint(),
            ),
            (
                "another issuer",
                self.token().issuer("https://other.example/oidc").mint(),
            ),
            ("no issuer", self.token().without_claim("iss").mint()),
            ("no audience", self.token().without_claim("aud").mint()),
            ("no expiry", self.token().without_claim("exp").mint()),
            (
                "an expiry in the past",
                self.token().issued_at(hours_ago).mint(),
            ),
            (
                "too few scopes",
                self.token().scopes(["read:orders"]).mint(),
            ),
        ]
    }

    /// Returns a builder of a user's token with four custom claims. `typ` and `azp` make the token acceptable
    /// to crates that expect Keycloak tokens.
    fn token(&self) -> TokenBuilder<'_> {
        self.0
            .token()
            .user("k3v9x2m8q1zp")
            .scopes(SCOPES)
            .expires_in(Duration::from_secs(12 * 3_600))
            .claim("typ", "Bearer")
            .claim("azp", "test-app")
            .claim("plan", "enterprise")
            .claim("seats", 250)
    }
}
