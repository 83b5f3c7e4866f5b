//! `deny_if_async` asks a function whether to deny a caller. Each question has a time limit. Concurrent
//! requests with the same token share a question, and the answer is remembered. By default, a request is
//! refused if the function does not answer.

mod failures;
mod many_waits;
mod outage;
mod partial_outage;
mod remembered;
mod shared;
mod unpolled;

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
    AuthInfo, Claims, Denial, Guard, Logto, LogtoBuilder, RejectionCode, require_scopes,
    test_util::TestTenant,
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

/// A database about subjects. A subject without an entry in `says` is not denied.
#[derive(Clone, Default)]
struct Db {
    says: Arc<Mutex<HashMap<String, Says>>>,
    /// How often the database was asked.
    asked: Arc<AtomicUsize>,
}

#[derive(Clone)]
enum Says {
    Denied(Denial),
    Fails,
    Panics,
    /// The call panics, before it returns a future.
    PanicsAtOnce,
    Hangs,
    /// Waits for a permit of the semaphore. Then answers that the subject is not denied.
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
            assert!(!matches!(says, Some(Says::PanicsAtOnce)), "asked to panic");
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
                    Some(Says::Panics | Says::PanicsAtOnce) => panic!("asked to panic"),
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
async fn every_way_to_authenticate_asks_the_function_and_follows_its_answer() {
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
