//! `deny_if_async`: answers are limited in time, remembered and shared. By default, a failure refuses.

mod failures;
mod outage;
mod partial_outage;
mod shared;

use std::{
    collections::HashMap,
    future::pending,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, routing::get as on_get};
use logto_runtime::{
    AuthInfo, Claims, Denial, Guard, Logto, LogtoBuilder, RejectionCode, Revocation,
    require_scopes, test_util::TestTenant,
};
use tokio::sync::Semaphore;

use crate::support::{Answer, ask, tenant};

#[require_scopes("read:products")]
async fn attribute() -> &'static str {
    "passed"
}

#[require_scopes("read:products")]
struct Read;

const WAYS: [&str; 6] = [
    "/attribute",
    "/guard",
    "/required",
    "/optional",
    "/claims",
    "/layer",
];

fn app(logto: &Logto) -> Router {
    let passed = || async { "passed" };
    Router::new()
        .route("/attribute", on_get(attribute))
        .route("/guard", on_get(async |_: Guard<Read>| "passed"))
        .route("/required", on_get(async |_: AuthInfo| "passed"))
        .route("/optional", on_get(async |_: Option<AuthInfo>| "passed"))
        .route(
            "/claims",
            on_get(async |_: Claims<serde_json::Value>| "passed"),
        )
        .route(
            "/layer",
            on_get(passed).route_layer(logto.require::<Read>()),
        )
        .with_state(logto.clone())
}

/// What a database says about subjects, and how often it was asked.
#[derive(Clone, Default)]
struct Db {
    says: Arc<Mutex<HashMap<String, Says>>>,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone)]
enum Says {
    Denied(Denial),
    Fails,
    Panics,
    PanicsAtOnce,
    Hangs,
    WaitsFor(Arc<Semaphore>),
}

impl Db {
    fn says(&self, subject: &str, says: impl Into<Option<Says>>) {
        let mut all = self.says.lock().unwrap();
        match says.into() {
            Some(says) => drop(all.insert(subject.to_owned(), says)),
            None => drop(all.remove(subject)),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn in_builder(&self, builder: LogtoBuilder) -> LogtoBuilder {
        let db = self.clone();
        builder.deny_if_async(move |auth: AuthInfo| {
            db.asked.fetch_add(1, Ordering::SeqCst);
            let says = db.says.lock().unwrap().get(auth.subject()).cloned();
            assert!(!matches!(says, Some(Says::PanicsAtOnce)), "as it should");
            async move {
                Ok(match says {
                    None => None,
                    Some(Says::Denied(denial)) => Some(denial),
                    Some(Says::Fails) => return Err(io::Error::other("the database is down")),
                    Some(Says::Hangs) => pending().await,
                    Some(Says::WaitsFor(semaphore)) => {
                        semaphore.acquire().await.unwrap().forget();
                        None
                    }
                    Some(Says::Panics | Says::PanicsAtOnce) => panic!("as it should"),
                })
            }
        })
    }
}

fn token(tenant: &TestTenant, user: &str) -> String {
    tenant.token().user(user).scopes(["read:products"]).mint()
}

fn passed() -> Answer {
    Answer::ok("passed")
}

fn unavailable() -> Answer {
    Answer {
        retry_after: Some("1".to_owned()),
        ..Answer::refused(503, "Authorization service unavailable", None)
    }
}

async fn code(logto: &Logto, token: &str) -> Option<RejectionCode> {
    logto
        .verify(token)
        .await
        .err()
        .map(|rejection| rejection.code())
}

#[tokio::test]
async fn every_way_to_authenticate_asks_and_answers_as_the_function_says() {
    let tenant = tenant();
    let forbidden = Answer::refused(403, "Access denied", "Bearer");
    for (says, expected, refused) in [
        (None, passed(), None),
        (
            Some(Says::Denied(Denial::InvalidToken)),
            Answer::invalid_token(),
            Some(RejectionCode::Denied),
        ),
        (
            Some(Says::Denied(Denial::Forbidden)),
            forbidden,
            Some(RejectionCode::Denied),
        ),
        (
            Some(Says::Fails),
            unavailable(),
            Some(RejectionCode::DenyUnanswered),
        ),
        (
            Some(Says::Panics),
            unavailable(),
            Some(RejectionCode::DenyUnanswered),
        ),
        (
            Some(Says::PanicsAtOnce),
            unavailable(),
            Some(RejectionCode::DenyUnanswered),
        ),
        (
            Some(Says::Hangs),
            unavailable(),
            Some(RejectionCode::DenyUnanswered),
        ),
    ] {
        for (cache, memory) in [(0, 0), (1 << 20, 0), (0, 60), (1 << 20, 60)] {
            let db = Db::default();
            db.says("alice", says.clone());
            let builder = tenant
                .logto()
                .token_cache_bytes(cache)
                .deny_remembered_for(Duration::from_secs(memory))
                .deny_timeout(Duration::from_millis(5));
            let logto = db.in_builder(builder).build().unwrap();
            let app = app(&logto);
            let token = token(&tenant, "alice");
            for uri in WAYS {
                for _ in 0..2 {
                    assert_eq!(ask(&app, uri, &token).await, expected, "{uri}");
                }
            }
            assert_eq!(code(&logto, &token).await, refused);
            // The function is asked about verified tokens only.
            let asked = db.asked();
            let forged = tenant.token().user("alice").tampered().mint();
            assert_eq!(
                code(&logto, &forged).await,
                Some(RejectionCode::BadSignature)
            );
            assert_eq!(db.asked(), asked);
            match memory {
                0 => assert_eq!(asked, WAYS.len() * 2 + 1),
                _ => assert_eq!(asked, 1),
            }
        }
    }
}

#[tokio::test]
async fn an_answer_is_remembered_for_the_stated_time_and_asked_anew_after_it() {
    let tenant = tenant();
    let db = Db::default();
    let logto = db.in_builder(tenant.logto()).build().unwrap();
    let app = app(&logto);
    let (alice, other) = (token(&tenant, "alice"), token(&tenant, "alice"));
    let seconds = Duration::from_secs;
    assert_eq!(ask(&app, "/attribute", &alice).await, passed());
    db.says("alice", Says::Denied(Denial::Forbidden));
    tenant.advance(seconds(9));
    assert_eq!(ask(&app, "/attribute", &alice).await, passed());
    assert_eq!(db.asked(), 1);
    // Another token of the same user is another question.
    assert_eq!(ask(&app, "/attribute", &other).await.status, 403);
    assert_eq!(db.asked(), 2);
    tenant.advance(seconds(1));
    for uri in WAYS {
        assert_eq!(ask(&app, uri, &alice).await.status, 403, "{uri}");
    }
    assert_eq!(db.asked(), 3);
    // A denial is remembered for as long.
    db.says("alice", None);
    tenant.advance(seconds(9));
    assert_eq!(ask(&app, "/attribute", &alice).await.status, 403);
    tenant.advance(seconds(1));
    assert_eq!(ask(&app, "/attribute", &alice).await, passed());
    assert_eq!(db.asked(), 4);
    // A failure is remembered for a second.
    db.says("alice", Says::Fails);
    tenant.advance(seconds(10));
    assert_eq!(ask(&app, "/attribute", &alice).await, unavailable());
    db.says("alice", None);
    assert_eq!(ask(&app, "/attribute", &alice).await, unavailable());
    assert_eq!(db.asked(), 5);
    tenant.advance(seconds(1));
    assert_eq!(ask(&app, "/attribute", &alice).await, passed());
    assert_eq!(db.asked(), 6);
}

#[tokio::test]
async fn a_remembered_answer_outlives_neither_the_token_nor_a_revocation() {
    let tenant = tenant();
    let db = Db::default();
    let list = tenant.revocations().start().unwrap();
    let builder = tenant
        .logto()
        .revocations(&list)
        .deny_if(|auth: &AuthInfo| auth.subject() == "mallory")
        .deny_remembered_for(Duration::from_secs(3_600));
    let logto = db.in_builder(builder).build().unwrap();
    let app = app(&logto);
    let short = tenant
        .token()
        .scopes(["read:products"])
        .expires_in(Duration::from_secs(30))
        .mint();
    let (alice, mallory) = (token(&tenant, "alice"), token(&tenant, "mallory"));
    assert_eq!(ask(&app, "/attribute", &short).await, passed());
    assert_eq!(ask(&app, "/attribute", &alice).await, passed());
    // `deny_if` is asked after `deny_if_async`, and denies a caller whom that function lets pass.
    assert_eq!(
        ask(&app, "/attribute", &mallory).await,
        Answer::invalid_token()
    );
    let asked = db.asked();
    tenant.advance(Duration::from_secs(95));
    assert_eq!(ask(&app, "/attribute", &short).await, Answer::expired());
    list.revoke(Revocation::subject("alice")).await.unwrap();
    assert_eq!(code(&logto, &alice).await, Some(RejectionCode::Revoked));
    assert_eq!(db.asked(), asked);
}

#[tokio::test]
async fn a_revocation_during_the_question_counts() {
    let tenant = tenant();
    let db = Db::default();
    let list = tenant.revocations().start().unwrap();
    let gate = Arc::new(Semaphore::new(0));
    db.says("alice", Says::WaitsFor(Arc::clone(&gate)));
    let builder = tenant.logto().revocations(&list);
    let builder = builder.deny_timeout(Duration::from_secs(30));
    let logto = db.in_builder(builder).build().unwrap();
    let token = token(&tenant, "alice");
    let revoking = async {
        while db.asked() == 0 {
            tokio::task::yield_now().await;
        }
        list.revoke(Revocation::subject("alice")).await.unwrap();
        gate.add_permits(1);
    };
    let (refused, ()) = tokio::join!(code(&logto, &token), revoking);
    assert_eq!(refused, Some(RejectionCode::Revoked));
}

#[tokio::test]
async fn check_and_until_invalid_ask_again() {
    let tenant = tenant();
    let db = Db::default();
    let builder = tenant.logto().deny_remembered_for(Duration::ZERO);
    let logto = db.in_builder(builder).build().unwrap();
    let auth = logto.verify(&token(&tenant, "alice")).await.unwrap();
    auth.check::<Read>().await.unwrap();
    db.says("alice", Says::Fails);
    let refused = auth.check::<Read>().await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::DenyUnanswered);
    assert_eq!(
        (refused.status().as_u16(), refused.challenge()),
        (503, None)
    );
    db.says("alice", Says::Denied(Denial::Forbidden));
    let refused = auth.check_in::<Read>("acme").await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::Denied);
    auth.until_invalid().await;
}
