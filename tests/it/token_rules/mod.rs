//! Tests the rules of verification with tokens that have absent, ill-typed or wrong values.
//!
//! - `shape`: three segments of base64url, with JSON in two of them
//! - `header`: `alg`, `typ`, `kid`, `crit`
//! - `claims`: required claims, types, duplicates
//! - `audience`: the resource, or an organization
//! - `times`: `exp`, `iat`, `nbf` and the leeway
//! - `signature`: keys, algorithms, malformed signatures

mod audience;
mod claims;
mod header;
mod shape;
mod signature;
mod times;

use axum::{Router, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use logto_runtime::{
    AuthInfo, Guard, LogtoBuilder, require_auth, require_org_permission, require_org_scopes,
    test_util::{TestTenant, TestTenantBuilder, TokenBuilder},
};

use crate::support::{Answer, NOW, ORG, PRODUCTS, ask, at};

#[require_auth]
async fn products(auth: AuthInfo) -> String {
    format!("{} {:?}", auth.subject(), auth.scopes().collect::<Vec<_>>())
}

#[require_org_permission("invite:member")]
struct Invite;

async fn invite(guard: Guard<Invite>) -> String {
    guard.organization().unwrap().to_string()
}

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct ReadData;

async fn data(guard: Guard<ReadData>) -> String {
    guard.organization().unwrap().to_string()
}

fn app(logto: LogtoBuilder) -> Router {
    Router::new()
        .route("/products", get(products))
        .route("/invite", get(invite))
        .route("/data", get(data))
        .with_state(logto.build().unwrap())
}

/// A guarded API, and the tenant that it trusts. The clock of the tenant is stopped.
struct Api {
    tenant: TestTenant,
    app: Router,
}

impl Api {
    fn start() -> Self {
        Self::with(|tenant| tenant, |logto| logto)
    }

    fn with(
        tenant: impl FnOnce(TestTenantBuilder) -> TestTenantBuilder,
        logto: impl FnOnce(LogtoBuilder) -> LogtoBuilder,
    ) -> Self {
        let tenant = tenant(TestTenant::builder().offline())
            .resource(PRODUCTS, ["read:products"])
            .resource(ORG, ["read:data"])
            .start();
        tenant.set_now(at(NOW));
        let app = app(logto(tenant.logto()));
        Self { tenant, app }
    }

    /// Returns a builder for a valid token of Alice for the resource `PRODUCTS`.
    fn token(&self) -> TokenBuilder<'_> {
        let token = self.tenant.token().user("alice").resource(PRODUCTS);
        token.scopes(["read:products"])
    }

    async fn answers(&self, case: &str, uri: &str, token: &str, expected: &Answer) {
        let answer = ask(&self.app, uri, token).await;
        assert_eq!(answer, *expected, "{case}");
    }

    async fn accepts(&self, case: &str, token: &str) {
        let alice = Answer::ok(r#"alice ["read:products"]"#);
        self.answers(case, "/products", token, &alice).await;
    }

    /// Sends the token twice, because the token cache must not accept a token that was refused.
    async fn refuses(&self, case: &str, token: &str) {
        for _ in 0..2 {
            self.answers(case, "/products", token, &Answer::invalid_token())
                .await;
        }
    }
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(segment: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(segment).unwrap()
}

fn segments(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}
