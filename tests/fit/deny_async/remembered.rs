//! How long an answer of `deny_if_async` is remembered.

use std::{sync::Arc, time::Duration};

use logto_runtime::{AuthInfo, Denial, RejectionCode, Revocation};
use tokio::sync::Semaphore;

use super::{Db, Read, Says, WAYS, app, code, passed, token, unavailable};
use crate::support::{Answer, ask, tenant};

#[tokio::test]
async fn an_answer_is_remembered_for_ten_seconds_by_default() {
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
    // For another token of the same user, the function is asked again.
    assert_eq!(ask(&app, "/attribute", &other).await.status, 403);
    assert_eq!(db.asked(), 2);
    tenant.advance(seconds(1));
    for uri in WAYS {
        assert_eq!(ask(&app, uri, &alice).await.status, 403, "{uri}");
    }
    assert_eq!(db.asked(), 3);
    // A denial is remembered for the same time.
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
    // `deny_if_async` lets Mallory pass. Then `deny_if` denies her.
    assert_eq!(
        ask(&app, "/attribute", &mallory).await,
        Answer::invalid_token()
    );
    let asked = db.asked();
    // `short` is then expired: its lifetime is 30 s, and the leeway is 60 s.
    tenant.advance(Duration::from_secs(95));
    assert_eq!(ask(&app, "/attribute", &short).await, Answer::expired());
    list.revoke(Revocation::subject("alice")).await.unwrap();
    assert_eq!(code(&logto, &alice).await, Some(RejectionCode::Revoked));
    assert_eq!(db.asked(), asked);
}

#[tokio::test]
async fn a_revocation_during_the_question_refuses_the_token() {
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

/// If answers are not remembered, `check`, `check_in` and `until_invalid` ask `deny_if_async` again.
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
