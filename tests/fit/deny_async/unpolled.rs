//! A future that waits for `deny_if_async` is not polled for a while. An event stream whose client reads
//! nothing is not polled, and neither is a process that is paused.

use std::{io, pin::pin, sync::Arc, time::Duration};

use futures_util::{future::join_all, poll};
use logto_runtime::{AuthInfo, Denial, Logto, RejectionCode};
use tokio::{sync::Semaphore, task::yield_now, time::timeout};

use super::{Db, Says, code, outage::LIMIT, token};
use crate::support::tenant;

/// Runs the tasks of this thread until the database has been asked more often than before.
async fn until_asked(db: &Db, before: usize) {
    while db.asked() == before {
        yield_now().await;
    }
}

async fn verified(logto: &Logto, token: &str) -> AuthInfo {
    logto.verify(token).await.unwrap()
}

#[tokio::test]
async fn streams_whose_clients_read_nothing_hold_no_places_in_an_outage() {
    let deny_timeout = Duration::from_millis(5);
    let tenant = tenant();
    let db = Db::default();
    let builder = tenant.logto().deny_timeout(deny_timeout);
    let builder = builder.deny_remembered_for(Duration::ZERO);
    let logto = db.in_builder(builder).build().unwrap();
    let users = |kind: &str| -> Vec<_> { (0..LIMIT).map(|at| format!("{kind}-{at}")).collect() };
    let tokens = users("streaming").into_iter();
    let tokens: Vec<_> = tokens.map(|user| token(&tenant, &user)).collect();
    let callers = join_all(tokens.iter().map(|token| verified(&logto, token))).await;
    for user in users("failing") {
        db.says(&user, Says::Fails);
        code(&logto, &token(&tenant, &user)).await;
    }
    for user in users("streaming") {
        db.says(&user, Says::Hangs);
    }
    tenant.advance(deny_timeout);
    let mut waits: Vec<_> = (callers.iter())
        .map(|caller| Box::pin(caller.until_invalid()))
        .collect();
    for wait in &mut waits {
        let asked = db.asked();
        assert!(poll!(wait).is_pending());
        until_asked(&db, asked).await;
    }
    // The database works again. The first answer ends the limit.
    let alice = token(&tenant, "alice");
    let answered = timeout(Duration::from_secs(5), async {
        while code(&logto, &alice).await.is_some() {
            yield_now().await;
        }
    });
    assert!(answered.await.is_ok(), "the streams keep all places");
}

#[tokio::test]
async fn a_question_of_a_stream_whose_client_reads_nothing_answers_the_requests_that_share_it() {
    let tenant = tenant();
    let db = Db::default();
    let builder = tenant.logto().deny_remembered_for(Duration::ZERO);
    let logto = db.in_builder(builder).build().unwrap();
    let token = token(&tenant, "alice");
    let caller = verified(&logto, &token).await;
    let gate = Arc::new(Semaphore::new(0));
    db.says("alice", Says::WaitsFor(Arc::clone(&gate)));
    let mut wait = pin!(caller.until_invalid());
    let asked = db.asked();
    assert!(poll!(&mut wait).is_pending());
    until_asked(&db, asked).await;
    let release = async {
        yield_now().await;
        gate.add_permits(1);
    };
    let (refused, ()) = tokio::join!(code(&logto, &token), release);
    assert_eq!(refused, None);
    assert_eq!(db.asked(), asked + 1);
}

/// The answer comes, and then the process is paused before the request can use the answer.
#[tokio::test]
async fn an_answer_from_before_a_pause_of_the_process_is_not_used() {
    let tenant = tenant();
    let db = Db::default();
    let gate = Arc::new(Semaphore::new(0));
    let logto = db.in_builder(tenant.logto()).build().unwrap();
    logto.warm_up().await.unwrap();
    for (paused_for, expected) in [(10, None), (13, Some(RejectionCode::Denied))] {
        db.says("alice", Says::WaitsFor(Arc::clone(&gate)));
        let token = token(&tenant, "alice");
        let mut request = pin!(code(&logto, &token));
        let asked = db.asked();
        assert!(poll!(&mut request).is_pending());
        until_asked(&db, asked).await;
        gate.add_permits(1);
        while gate.available_permits() > 0 {
            yield_now().await;
        }
        // If the function is asked again, it denies Alice.
        db.says("alice", Says::Denied(Denial::Forbidden));
        tenant.advance(Duration::from_secs(paused_for));
        assert_eq!(request.await, expected, "paused for {paused_for} s");
    }
}

#[tokio::test]
async fn a_request_whose_answers_all_come_before_a_pause_is_refused() {
    let tenant = Arc::new(tenant());
    let asked = Arc::new(Semaphore::new(0));
    let builder = tenant.logto().deny_if_async({
        let (tenant, asked) = (Arc::clone(&tenant), Arc::clone(&asked));
        move |_: AuthInfo| {
            asked.add_permits(1);
            tenant.advance(Duration::from_secs(60));
            async { Ok::<_, io::Error>(false) }
        }
    });
    let logto = builder.build().unwrap();
    let refused = code(&logto, &token(&tenant, "alice")).await;
    assert_eq!(refused, Some(RejectionCode::DenyUnanswered));
    assert_eq!(asked.available_permits(), 2);
}
