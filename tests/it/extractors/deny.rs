//! `deny_if` runs on every request with a valid token.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, routing::get as on_get};
use logto_runtime::{
    AuthInfo, Claims, Denial, Guard, LogtoBuilder, OrganizationId, RejectionCode, require_scopes,
};

use super::{alice, tenant};
use crate::support::{Answer, INVALID_TOKEN, PRODUCTS, ask};

#[require_scopes("read:products")]
async fn attribute() {}

#[require_scopes("read:products")]
struct Read;

async fn guarded(guard: Guard<Read>) -> String {
    guard.subject().to_owned()
}

async fn required(auth: AuthInfo) -> String {
    auth.subject().to_owned()
}

async fn optional(auth: Option<AuthInfo>) -> String {
    auth.map_or("nobody".to_owned(), |auth| auth.subject().to_owned())
}

async fn claims(_: Claims<serde_json::Value>) {}

async fn organization(_: OrganizationId) {}

fn app(logto: LogtoBuilder) -> Router {
    let logto = logto.build().unwrap();
    Router::new()
        .route("/attribute", on_get(attribute))
        .route("/claims", on_get(claims))
        .route("/organization", on_get(organization))
        .route("/guarded", on_get(guarded))
        .route("/required", on_get(required))
        .route("/optional", on_get(optional))
        .route(
            "/layered",
            on_get(async || "alice").route_layer(logto.require::<Read>()),
        )
        .with_state(logto)
}

const WAYS: [&str; 4] = ["/guarded", "/required", "/optional", "/layered"];

#[tokio::test]
async fn deny_if_runs_on_every_request_with_and_without_the_token_cache() {
    let tenant = tenant();
    for cache in [0, 1 << 20] {
        // The function accepts the caller in its first `accepted` calls, and denies it in later calls.
        let accepted = Arc::new(AtomicUsize::new(usize::MAX));
        let asked = Arc::new(AtomicUsize::new(0));
        let (limit, count) = (Arc::clone(&accepted), Arc::clone(&asked));
        let app = app(tenant
            .logto()
            .token_cache_bytes(cache)
            .deny_if(move |auth| {
                assert_eq!(auth.subject(), "alice");
                count.fetch_add(1, Ordering::Relaxed) >= limit.load(Ordering::Relaxed)
            }));
        let token = alice(&tenant).mint();
        for uri in WAYS {
            accepted.store(usize::MAX, Ordering::Relaxed);
            assert_eq!(ask(&app, uri, &token).await, Answer::ok("alice"), "{uri}");
            assert_eq!(ask(&app, uri, &token).await, Answer::ok("alice"), "{uri}");
            let before = asked.load(Ordering::Relaxed);
            accepted.store(0, Ordering::Relaxed);
            assert_eq!(
                ask(&app, uri, &token).await,
                Answer::invalid_token(),
                "{uri}"
            );
            assert_eq!(asked.load(Ordering::Relaxed), before + 1, "{uri}");
        }
    }
}

#[tokio::test]
async fn each_of_several_deny_if_functions_may_deny_and_sees_only_verified_callers() {
    let tenant = tenant();
    let app = app(tenant
        .logto()
        .deny_if(|auth| auth.subject() == "mallory")
        .deny_if(|auth| {
            assert_ne!(auth.subject(), "forged");
            auth.client_id() == "stolen-app"
        }));
    for (token, expected) in [
        (alice(&tenant), Answer::ok("alice")),
        (alice(&tenant).user("mallory"), Answer::invalid_token()),
        (
            alice(&tenant).claim("client_id", "stolen-app"),
            Answer::invalid_token(),
        ),
        (
            alice(&tenant).user("forged").tampered(),
            Answer::invalid_token(),
        ),
        (
            alice(&tenant).user("forged").claim("exp", 1),
            Answer::expired(),
        ),
    ] {
        let token = token.mint();
        for uri in WAYS {
            assert_eq!(ask(&app, uri, &token).await, expected, "{uri}");
        }
    }
}

/// The first request of each `Logto` waits for keys.
#[tokio::test]
async fn deny_if_runs_for_requests_that_waited_for_the_first_keys() {
    let tenant = crate::support::tenant();
    let token = tenant
        .token()
        .user("mallory")
        .scopes(["read:products"])
        .mint();
    let deny = || tenant.logto().deny_if(|auth| auth.subject() == "mallory");
    for uri in WAYS {
        let app = app(deny());
        assert_eq!(
            ask(&app, uri, &token).await,
            Answer::invalid_token(),
            "{uri}"
        );
    }
    let refused = deny().build().unwrap().verify(&token).await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::Denied);
    assert_eq!(tenant.key_set_requests(), WAYS.len() + 1);
}

/// Adds functions for `deny_if` to a builder.
type Deny = fn(LogtoBuilder) -> LogtoBuilder;

#[tokio::test]
async fn deny_if_chooses_between_401_and_403_in_every_way_to_authenticate() {
    let tenant = crate::support::tenant();
    let mut waited = 0;
    let forbidden = || Answer::refused(403, "Access denied", "Bearer");
    let token = alice(&tenant).mint();
    let ways = ["/attribute", "/claims", "/organization"];
    let cases: [(&str, Deny, Answer); 6] = [
        (
            "true",
            |logto| logto.deny_if(|_| true),
            Answer::invalid_token(),
        ),
        (
            "401",
            |logto| logto.deny_if(|_| Some(Denial::InvalidToken)),
            Answer::invalid_token(),
        ),
        (
            "403",
            |logto| logto.deny_if(|_| Some(Denial::Forbidden)),
            forbidden(),
        ),
        (
            "the first function that denies answers 403",
            |logto| {
                logto
                    .deny_if(|_| false)
                    .deny_if(|_| None)
                    .deny_if(|_| Some(Denial::Forbidden))
                    .deny_if(|_| true)
            },
            forbidden(),
        ),
        (
            "the first function that denies answers 401",
            |logto| logto.deny_if(|_| true).deny_if(|_| Some(Denial::Forbidden)),
            Answer::invalid_token(),
        ),
        (
            "for one of several callers",
            |logto| {
                logto.deny_if(|auth| match auth.subject() {
                    "alice" => Some(Denial::Forbidden),
                    "mallory" => Some(Denial::InvalidToken),
                    _ => None,
                })
            },
            forbidden(),
        ),
    ];
    for (case, deny, expected) in cases {
        for cache in [0, 1 << 20] {
            for way in WAYS.into_iter().chain(ways) {
                // Each `Logto` is new, so its first request waits for keys.
                waited += 1;
                let app = app(deny(tenant.logto().token_cache_bytes(cache)));
                for request in ["waiting for keys", "with keys"] {
                    let answer = ask(&app, way, &token).await;
                    assert_eq!(answer, expected, "{case}: {way} {request}");
                }
            }
            waited += 1;
            let logto = deny(tenant.logto().token_cache_bytes(cache)).build();
            let logto = logto.unwrap();
            for request in ["waiting for keys", "with keys"] {
                let rejection = logto.verify(&token).await.unwrap_err();
                assert_eq!(rejection.code().as_str(), "denied", "{case}");
                let answer = Answer::of_rejection(rejection).await;
                assert_eq!(answer, expected, "{case}: verify {request}");
            }
        }
    }
    assert_eq!(tenant.key_set_requests(), waited);
    let deny_nobody = app(tenant.logto().deny_if(|_| false).deny_if(|_| None));
    for way in WAYS {
        assert_eq!(ask(&deny_nobody, way, &token).await, Answer::ok("alice"));
    }
}

#[tokio::test]
async fn deny_if_runs_before_the_audience_is_checked() {
    let tenant = tenant();
    let app = app(tenant.logto().deny_if(|auth| auth.subject() == "mallory"));
    let mallory = alice(&tenant)
        .user("mallory")
        .audience("https://elsewhere.example")
        .mint();
    let alice = alice(&tenant).audience("https://elsewhere.example").mint();
    let audience = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    for uri in WAYS {
        assert_eq!(
            ask(&app, uri, &mallory).await,
            Answer::invalid_token(),
            "{uri}"
        );
        assert_eq!(ask(&app, uri, &alice).await, audience, "{uri}");
    }
}

#[tokio::test]
async fn deny_if_runs_in_verify_and_again_in_check() {
    let tenant = tenant();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let logto = tenant.logto().deny_if(move |auth| {
        count.fetch_add(1, Ordering::Relaxed);
        auth.subject() == "mallory"
    });
    let logto = logto.build().unwrap();
    let auth = logto.verify(&alice(&tenant).mint()).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    auth.check::<Read>().await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    let token = tenant.token().user("mallory").resource(PRODUCTS).mint();
    let refused = logto.verify(&token).await.unwrap_err();
    assert_eq!(Answer::of_rejection(refused).await, Answer::invalid_token());
}
