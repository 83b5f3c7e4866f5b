//! Counts the allocations of a guard for a request with a cached token. Measures the memory of the token
//! cache.

mod revocations;

use std::convert::Infallible;

use allocation_counter::measure;
use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, Request},
    http::request::Parts,
    routing::get,
};
use http::header::AUTHORIZATION;
use logto_runtime::{
    Algorithm, AuthInfo, Guard, Logto, LogtoBuilder, require_any, require_org_scopes,
    require_scopes,
    test_util::{TestTenant, TokenBuilder},
};
use tokio::runtime::Runtime;
use tower::Service;

use crate::support::PRODUCTS;

async fn unguarded() {}

/// An extractor that does nothing. It shows what axum allocates for a handler with an argument.
struct Nothing;

impl<S: Sync> FromRequestParts<S> for Nothing {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

async fn extracts_nothing(_: Nothing) {}

#[require_scopes("read")]
async fn guarded() {}

#[require_scopes("read", any("write", "admin"))]
async fn guarded_with_caller(auth: AuthInfo) {
    assert!(auth.has_scope("write"));
}

#[require_org_scopes("read", org = token)]
async fn organization() {}

#[require_org_scopes("read")]
async fn organization_in_path() {}

#[require_scopes("read")]
struct Read;

#[require_scopes("write")]
struct Write;

#[require_scopes("read", org = any)]
struct ReadAnywhere;

#[require_org_scopes("read")]
struct OrganizationRead;

#[require_any(Write, Read)]
async fn either() {}

#[require_any(OrganizationRead, ReadAnywhere)]
async fn anywhere() {}

async fn by_policy(_: Guard<Read>, _: Option<AuthInfo>) {}

/// Makes the request's map of extensions grow in advance, so that it does not grow when axum and the guard
/// add entries. Otherwise, the counts would depend on how many entries axum adds, and so on the Cargo
/// features of axum that other packages of the workspace enable.
fn with_room(mut request: Request) -> Request {
    #[derive(Clone)]
    struct Entry<const N: usize>;

    let extensions = request.extensions_mut();
    extensions.insert(Entry::<0>);
    extensions.insert(Entry::<1>);
    extensions.insert(Entry::<2>);
    extensions.insert(Entry::<3>);
    extensions.insert(Entry::<4>);
    extensions.insert(Entry::<5>);
    extensions.insert(Entry::<6>);
    extensions.insert(Entry::<7>);
    request
}

struct Api {
    router: Router,
    runtime: Runtime,
    token: String,
}

impl Api {
    fn new(mint: impl Fn(TokenBuilder<'_>) -> TokenBuilder<'_>) -> Self {
        Self::with(mint, |logto, _| logto)
    }

    fn with(
        mint: impl Fn(TokenBuilder<'_>) -> TokenBuilder<'_>,
        with: impl Fn(LogtoBuilder, &str) -> LogtoBuilder,
    ) -> Self {
        let tenant = TestTenant::builder()
            .offline()
            .algorithm(Algorithm::EdDSA)
            .resource(PRODUCTS, ["read", "write"])
            .start();
        // Uses the system clock, as in production, instead of the tenant's clock.
        let logto = Logto::builder(tenant.endpoint())
            .resource(PRODUCTS)
            .jwks_json(tenant.jwks_json());
        let logto = with(logto, tenant.endpoint()).build().unwrap();
        let token = tenant.token().resource(PRODUCTS).scopes(["read", "write"]);
        let router = Router::new()
            .route("/unguarded", get(unguarded))
            .route("/nothing", get(extracts_nothing))
            .route("/guarded", get(guarded))
            .route("/caller", get(guarded_with_caller))
            .route("/policy", get(by_policy))
            .route("/either", get(either))
            .route("/anywhere", get(anywhere))
            .route("/organization", get(organization))
            .route("/unguarded/{organization_id}", get(unguarded))
            .route("/organization/{organization_id}", get(organization_in_path))
            .with_state(logto);
        Self {
            router,
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
            token: format!("Bearer {}", mint(token).mint()),
        }
    }

    /// Counts the allocations of the second request. The first request puts the token into the cache.
    fn allocations(&mut self, path: &str) -> u64 {
        let Self {
            router,
            runtime,
            token,
        } = self;
        let mut send = |request| {
            let Ok(response) = runtime.block_on(Service::<Request>::call(router, request));
            assert_eq!(response.status(), 200, "{path}");
        };
        let request = || {
            let request = Request::get(path).header(AUTHORIZATION, token.as_str());
            with_room(request.body(Body::empty()).unwrap())
        };
        send(request());
        let request = request();
        measure(|| send(request)).count_total
    }
}

#[test]
fn a_global_guard_does_not_allocate_for_a_cached_token() {
    let mut api = Api::new(|token| token);
    let unguarded = api.allocations("/unguarded");
    assert_eq!(api.allocations("/nothing"), unguarded);
    for guarded in ["/guarded", "/caller", "/policy", "/either"] {
        assert_eq!(api.allocations(guarded), unguarded, "{guarded}");
    }
}

#[test]
fn comparing_a_path_parameter_costs_one_allocation() {
    let mut api = Api::new(|token| token.organization("acme"));
    let unguarded = api.allocations("/unguarded/acme");
    assert_eq!(api.allocations("/organization/acme"), unguarded + 1);
}

/// The guard stores the organization, in case the handler has an `OrganizationId` argument.
#[test]
fn a_guard_with_org_token_costs_one_allocation() {
    let mut api = Api::new(|token| token.organization("acme"));
    let unguarded = api.allocations("/unguarded");
    assert_eq!(api.allocations("/organization"), unguarded + 1);
}

/// The guard stores that no organization was compared, in case the handler has an `Option<OrganizationId>`
/// argument.
#[test]
fn a_guard_that_mixes_alternatives_with_and_without_organization_costs_one_allocation() {
    let mut api = Api::new(|token| token);
    let unguarded = api.allocations("/unguarded");
    assert_eq!(api.allocations("/anywhere"), unguarded + 1);
}

#[test]
fn five_hundred_scopes_cost_no_more_allocations_than_two_scopes() {
    let names = (0..500).map(|number| format!("read:{number}"));
    let scopes: Vec<String> = names
        .chain(["read".to_owned(), "write".to_owned()])
        .collect();
    let mut few = Api::new(|token| token);
    let mut many = Api::new(|token| token.scopes(scopes.clone()));
    for path in ["/guarded", "/caller"] {
        assert_eq!(many.allocations(path), few.allocations(path), "{path}");
    }
}

/// The limit in `SECURITY.md`: cached tokens never take more memory than `token_cache_bytes`.
#[test]
fn the_token_cache_stays_within_its_limit() {
    const BOUND: usize = 256 * 1_024;
    let tenant = TestTenant::builder()
        .offline()
        .algorithm(Algorithm::EdDSA)
        .resource(PRODUCTS, ["read", "write"])
        .start();
    let logto = Logto::builder(tenant.endpoint())
        .resource(PRODUCTS)
        .jwks_json(tenant.jwks_json())
        .token_cache_bytes(BOUND);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let tokens: Vec<String> = (0..2_000).map(|_| tenant.token().mint()).collect();
    let mut logto = Some(logto.build().unwrap());
    let verify = |logto: &Logto, tokens: &[String]| {
        for token in tokens {
            drop(runtime.block_on(logto.verify(token)).unwrap());
        }
    };
    let filled = measure(|| verify(logto.as_ref().unwrap(), &tokens));
    let (live, bound) = (filled.bytes_current, BOUND as i64);
    assert!(bound / 2 < live && live <= bound, "{live} of {bound} bytes");
    let dropped = measure(|| drop(logto.take()));
    assert!(dropped.bytes_current < -live, "{dropped:?}");
}

#[test]
fn a_cached_token_takes_at_most_512_bytes_more_than_twice_its_length() {
    let tenant = TestTenant::builder()
        .offline()
        .algorithm(Algorithm::EdDSA)
        .resource(PRODUCTS, ["read", "write"])
        .start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for claim in [0, 100, 1_000, 8_000] {
        let logto = tenant.logto().build().unwrap();
        let mint = || tenant.token().claim("padding", "x".repeat(claim)).mint();
        let tokens: Vec<String> = (0..500).map(|_| mint()).collect();
        let filled = measure(|| {
            for token in &tokens {
                drop(runtime.block_on(logto.verify(token)).unwrap());
            }
        });
        let each = filled.bytes_current / tokens.len() as i64;
        let allowed = 2 * tokens[0].len() as i64 + 512;
        assert!(each <= allowed, "{each} of {allowed} bytes");
    }
}
