//! A request reuses a verification only for the same token and the same `Logto`. The token's expiry is
//! checked again.

use axum::{
    Extension, Router,
    extract::Request,
    middleware::{Next, from_fn, map_request},
    routing::get as on_get,
};
use http::header::AUTHORIZATION;
use logto_runtime::{
    AuthInfo, Guard, Logto, LogtoBuilder, OrganizationId, require_auth, require_org_permission,
    require_scopes, test_util::TestTenant,
};

use super::{alice, tenant};
use crate::support::{Answer, INVALID_TOKEN, ask, get, send};

#[require_scopes("read:products")]
struct Read;

#[require_org_permission("invite:member", org = token)]
struct InviteByToken;

async fn required(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

async fn optional(auth: Option<AuthInfo>) -> String {
    auth.map_or("nobody".to_owned(), |auth| auth.subject().to_owned())
}

async fn guarded(guard: Guard<Read>) -> String {
    guard.subject().to_owned()
}

async fn organization(organization: OrganizationId) -> String {
    organization.to_string()
}

/// Returns a builder with the token cache and one without it.
fn with_and_without_cache(tenant: &TestTenant) -> [LogtoBuilder; 2] {
    [tenant.logto(), tenant.logto().token_cache_bytes(0)]
}

#[tokio::test]
async fn an_auth_info_in_the_extensions_is_never_read() {
    let tenant = tenant();
    for logto in with_and_without_cache(&tenant) {
        let logto = logto.build().unwrap();
        let planted = logto.verify(&alice(&tenant).mint()).await.unwrap();
        let app = Router::new()
            .route("/required", on_get(required))
            .route("/optional", on_get(optional))
            .route("/guarded", on_get(guarded))
            .route(
                "/layered",
                on_get(|| async { "admitted" }).route_layer(logto.require::<Read>()),
            )
            .layer(Extension(planted.clone()))
            .layer(Extension(Some(planted)))
            .with_state(logto);
        for (uri, scope) in [
            ("/required", ""),
            ("/guarded", "read:products"),
            ("/layered", "read:products"),
        ] {
            let missing = Answer::missing(scope);
            assert_eq!(send(&app, get(uri, &[])).await, missing, "{uri}");
            assert_eq!(ask(&app, uri, "x").await, Answer::invalid_token(), "{uri}");
        }
        assert_eq!(
            send(&app, get("/optional", &[])).await,
            Answer::ok("nobody")
        );
        let mallory = alice(&tenant).user("mallory").mint();
        for uri in ["/required", "/optional", "/guarded"] {
            assert_eq!(
                ask(&app, uri, &mallory).await,
                Answer::ok("mallory"),
                "{uri}"
            );
        }
    }
}

#[tokio::test]
async fn a_decision_of_one_logto_is_not_used_by_another() {
    let tenant = tenant();
    let app = |logto: Logto| {
        Router::new()
            .route("/guarded", on_get(guarded))
            .with_state(logto)
    };
    let ours = app(tenant.logto().build().unwrap());
    let other = Logto::builder(tenant.endpoint())
        .resource("https://other.example.com")
        .jwks_json(tenant.jwks_json())
        .clock(tenant.clock());
    let theirs = app(other.build().unwrap());
    let token = alice(&tenant).mint();
    for _ in 0..3 {
        assert_eq!(ask(&ours, "/guarded", &token).await, Answer::ok("alice"));
        let answer = ask(&theirs, "/guarded", &token).await;
        let wrong_audience = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
        assert_eq!(answer, wrong_audience);
    }
}

#[tokio::test]
async fn a_verification_is_not_reused_for_another_header() {
    let tenant = tenant();
    for logto in with_and_without_cache(&tenant) {
        let logto = logto.build().unwrap();
        let bob = format!("Bearer {}", alice(&tenant).user("bob").mint());
        let forged = format!("Bearer {}", alice(&tenant).user("bob").tampered().mint());
        let poor = format!("Bearer {}", alice(&tenant).user("bob").scopes(["x"]).mint());
        let app = |header: Option<String>| {
            let replaced = move |mut request: Request| {
                let header = header.clone();
                async move {
                    request.headers_mut().remove(AUTHORIZATION);
                    if let Some(header) = header {
                        request
                            .headers_mut()
                            .insert(AUTHORIZATION, header.parse().unwrap());
                    }
                    request
                }
            };
            Router::new()
                .route("/required", on_get(required))
                .route("/guarded", on_get(guarded))
                .layer(map_request(replaced))
                .layer(logto.require::<Read>())
                .with_state(logto.clone())
        };
        for (uri, scope) in [("/required", ""), ("/guarded", "read:products")] {
            let missing = || Answer::missing(scope);
            let token = alice(&tenant).mint();
            assert_eq!(
                ask(&app(Some(bob.clone())), uri, &token).await,
                Answer::ok("bob")
            );
            let answer = ask(&app(Some(forged.clone())), uri, &token).await;
            assert_eq!(answer, Answer::invalid_token(), "{uri}");
            assert_eq!(ask(&app(None), uri, &token).await, missing(), "{uri}");
        }
        let answer = ask(&app(Some(poor)), "/guarded", &alice(&tenant).mint()).await;
        assert_eq!(answer.status, 403);
    }
}

#[tokio::test]
async fn an_organization_accepted_for_one_token_is_not_reused_for_another() {
    let tenant = tenant();
    for logto in with_and_without_cache(&tenant) {
        let logto = logto.build().unwrap();
        let token = |organization| {
            let token = tenant.token().organization(organization);
            token.scopes(["invite:member"]).mint()
        };
        let globex = format!("Bearer {}", token("globex"));
        let replaced = move |mut request: Request| {
            let value = globex.parse().unwrap();
            request.headers_mut().insert(AUTHORIZATION, value);
            async { request }
        };
        let route = on_get(organization);
        let plain = Router::new()
            .route("/items/{id}", route.clone())
            .layer(logto.require::<InviteByToken>())
            .with_state(logto.clone());
        let replaced = Router::new()
            .route("/items/{id}", route)
            .layer(map_request(replaced))
            .layer(logto.require::<InviteByToken>())
            .with_state(logto.clone());
        let acme = token("acme");
        assert_eq!(ask(&plain, "/items/1", &acme).await, Answer::ok("acme"));
        assert_eq!(
            ask(&replaced, "/items/1", &acme).await,
            Answer::misconfigured()
        );
    }
}

/// The first guard accepts the organization of the first token. The second guard then finds another token in
/// the header. The token cache, if there is one, already has this second token.
#[tokio::test]
async fn an_organization_accepted_for_one_token_is_not_reused_for_another_that_is_cached() {
    #[require_auth(resource = "https://elsewhere.example")]
    struct Elsewhere;

    let tenant = tenant();
    for logto in with_and_without_cache(&tenant) {
        let logto = logto.build().unwrap();
        let acme = tenant.token().organization("acme");
        let acme = acme.scopes(["invite:member"]).mint();
        let globex = tenant.token().resource("https://elsewhere.example");
        let globex = globex.organization("globex").mint();
        let bearer = format!("Bearer {globex}");
        let replaced = move |mut request: Request| {
            let value = bearer.parse().unwrap();
            request.headers_mut().insert(AUTHORIZATION, value);
            async { request }
        };
        let plain = Router::new()
            .route("/items/{id}", on_get(organization))
            .layer(logto.require::<Elsewhere>());
        let replacing = plain
            .clone()
            .layer(map_request(replaced))
            .layer(logto.require::<InviteByToken>());
        for _ in 0..2 {
            for (app, token) in [(&plain, &globex), (&replacing, &acme)] {
                let app = app.clone().with_state(logto.clone());
                let answer = ask(&app, "/items/1", token).await;
                assert_eq!(answer, Answer::misconfigured());
            }
        }
    }
}

#[tokio::test]
async fn a_verification_by_one_logto_is_not_used_by_another() {
    let tenant = tenant();
    let stranger = super::tenant();
    for [ours, theirs] in [
        [tenant.logto(), stranger.logto()],
        [
            tenant.logto().token_cache_bytes(0),
            stranger.logto().token_cache_bytes(0),
        ],
        [
            tenant.logto().token_cache_bytes(0),
            tenant.logto().deny_if(|_| true),
        ],
    ] {
        let (ours, theirs) = (ours.build().unwrap(), theirs.build().unwrap());
        let app = Router::new()
            .route("/required", on_get(required))
            .route("/guarded", on_get(guarded))
            .layer(ours.require::<Read>())
            .with_state(theirs);
        for uri in ["/required", "/guarded"] {
            let token = alice(&tenant).mint();
            assert_eq!(
                ask(&app, uri, &token).await,
                Answer::invalid_token(),
                "{uri}"
            );
        }
    }
}

#[tokio::test]
async fn a_reused_verification_is_checked_against_the_clock_again() {
    let tenant = tenant();
    let logto = tenant.logto().token_cache_bytes(0).build().unwrap();
    let tenant = std::sync::Arc::new(tenant);
    let clock = std::sync::Arc::clone(&tenant);
    let slow = move |request: Request, next: Next| {
        clock.advance(std::time::Duration::from_secs(2 * 3_600));
        async move { next.run(request).await }
    };
    let app = Router::new()
        .route("/", on_get(guarded))
        .layer(from_fn(slow))
        .layer(logto.require::<Read>())
        .with_state(logto);
    let token = alice(&tenant).mint();
    assert_eq!(ask(&app, "/", &token).await, Answer::expired());
}
