//! `deny_if_async` asks a function whether to deny a caller. Concurrent requests with the same token share
//! one question.

use std::{io, sync::Arc, time::Duration};

use futures_util::future::join_all;
use logto_runtime::{AuthInfo, RejectionCode, Unanswered};
use tokio::sync::Semaphore;

use super::{Db, Says, WAYS, app, code, passed, token};
use crate::support::{ask, tenant};

#[tokio::test]
async fn concurrent_requests_of_one_token_share_one_question() {
    let tenant = tenant();
    for memory in [0, 10] {
        let db = Db::default();
        let gate = Arc::new(Semaphore::new(0));
        db.says("alice", Says::WaitsFor(Arc::clone(&gate)));
        let builder = tenant
            .logto()
            .deny_timeout(Duration::from_secs(30))
            .deny_remembered_for(Duration::from_secs(memory));
        let logto = db.in_builder(builder).build().unwrap();
        let app = app(&logto);
        let (alice, bob) = (token(&tenant, "alice"), token(&tenant, "bob"));
        // Fetches the keys, so that the requests below do not wait for them.
        assert_eq!(ask(&app, "/attribute", &bob).await, passed());
        let asked = db.asked();
        let requests = join_all((0..50).map(|at| ask(&app, WAYS[at % WAYS.len()], &alice)));
        let release = async {
            while db.asked() == asked {
                tokio::task::yield_now().await;
            }
            // A request with another token does not wait for this question.
            let bob = ask(&app, "/attribute", &bob).await;
            gate.add_permits(50);
            bob
        };
        let (answers, bob) = tokio::join!(requests, release);
        assert_eq!(bob, passed());
        assert!(
            answers.iter().all(|answer| *answer == passed()),
            "{answers:?}"
        );
        // Without a memory, Bob's second request asks again.
        let bob = usize::from(memory == 0);
        assert_eq!(db.asked(), asked + 1 + bob, "memory {memory}");
    }
}

/// One request asks, and the others wait for its answer. If the client of the asking request hangs up, one of
/// the waiting requests asks.
#[tokio::test]
async fn a_request_that_is_given_up_leaves_the_question_to_another() {
    let tenant = tenant();
    let db = Db::default();
    let gate = Arc::new(Semaphore::new(0));
    db.says("alice", Says::WaitsFor(Arc::clone(&gate)));
    let builder = tenant.logto().deny_timeout(Duration::from_secs(30));
    let logto = db.in_builder(builder).build().unwrap();
    logto.warm_up().await.unwrap();
    let token = token(&tenant, "alice");
    let first = tokio::spawn({
        let (logto, token) = (logto.clone(), token.clone());
        async move { code(&logto, &token).await }
    });
    while db.asked() == 0 {
        tokio::task::yield_now().await;
    }
    let second = tokio::spawn({
        let (logto, token) = (logto.clone(), token.clone());
        async move { code(&logto, &token).await }
    });
    tokio::task::yield_now().await;
    first.abort();
    while db.asked() == 1 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1);
    assert_eq!(second.await.unwrap(), None);
    assert_eq!(db.asked(), 2);
}

/// If the client of the asking request hangs up, another request starts the question again. Even if this
/// happens often, a waiting request must get an answer. Without an answer, `Unanswered::Serve` would let a
/// denied caller pass.
#[tokio::test]
async fn requests_that_are_given_up_do_not_let_a_denied_caller_pass() {
    let tenant = tenant();
    let builder = tenant.logto().when_unanswered(Unanswered::Serve);
    let builder = builder.deny_timeout(Duration::from_millis(400));
    let builder = builder.deny_if_async(async |_: AuthInfo| {
        tokio::time::sleep(Duration::from_millis(150)).await;
        Ok::<_, io::Error>(true)
    });
    let logto = builder.build().unwrap();
    logto.warm_up().await.unwrap();
    let token = token(&tenant, "alice");
    let asking = || {
        let (logto, token) = (logto.clone(), token.clone());
        tokio::spawn(async move { code(&logto, &token).await })
    };
    let asks = asking();
    tokio::task::yield_now().await;
    let denied = asking();
    tokio::task::yield_now().await;
    let mut given_up = vec![asks];
    for _ in 0..12 {
        // The newest waiting request is the next to ask.
        given_up.insert(1, asking());
        tokio::task::yield_now().await;
    }
    // Each client hangs up 100 ms after its question started. An answer takes 150 ms.
    for request in given_up {
        tokio::time::sleep(Duration::from_millis(100)).await;
        request.abort();
    }
    assert_eq!(denied.await.unwrap(), Some(RejectionCode::Denied));
}
