//! Codes of rejections whose cause is a fault of the service, a revocation, or a decision of the program (in
//! its settings or in a handler).

use std::time::Duration;

use http::StatusCode;
use logto_runtime::{AuthInfo, Origins, Revocation, TokenSource, test_util::MemoryLog};
use tracing::Level;

use super::{
    Known::{Caller, Nothing},
    assert_explains, observed, tenant,
};
use crate::{
    diagnosis::Observed,
    support::{NOW, at},
};

#[tokio::test]
async fn faults_of_the_service_have_their_codes() {
    faults_of_the_service().await;
}

pub(super) async fn faults_of_the_service() -> Vec<&'static str> {
    let tenant = tenant();
    let api = observed(&tenant);
    let bearer = format!("Bearer {}", tenant.token().user("alice").mint());
    tenant.fail(StatusCode::BAD_GATEWAY);
    let refusal = api.refusal("/any", &[&bearer]).await;
    assert_eq!((refusal.code, refusal.status), ("keys_unavailable", 503));
    assert_explains(&refusal, Nothing, "", "keys_unavailable");

    tenant.recover();
    tenant.advance(Duration::from_secs(60));
    let refusal = api.refusal("/unnamed", &[&bearer]).await;
    assert_eq!((refusal.code, refusal.status), ("misconfigured", 500));
    assert_eq!(refusal.event.level, Level::ERROR);
    assert_explains(&refusal, Nothing, "", "misconfigured");
    let again = api.refusal("/unnamed", &[&bearer]).await;
    assert_eq!(again.event.level, Level::DEBUG, "logged as an error twice");
    vec!["keys_unavailable", again.code]
}

#[tokio::test]
async fn revoked_tokens_have_their_codes() {
    revoked_tokens().await;
}

pub(super) async fn revoked_tokens() -> Vec<&'static str> {
    let tenant = tenant();
    let revocations = tenant.revocations().start().unwrap();
    let api = Observed::new(tenant.logto().revocations(&revocations));
    let revocation = Revocation::subject("alice");
    revocations.revoke(revocation).await.unwrap();
    // The list of revocations refuses tokens that were issued more than 4,200 s ago. This is the expected
    // lifetime (one hour) plus the greatest leeway (600 s).
    let old = tenant.token().user("bob").issued_at(at(NOW - 4_201));
    let old = old.expires_in(Duration::from_secs(7_200));
    let mut seen = Vec::new();
    for (code, known, token) in [
        ("revoked", Caller, tenant.token().user("alice")),
        ("older_than_revocations", Nothing, old),
    ] {
        api.events.take();
        let refusal = api
            .refusal("/any", &[&format!("Bearer {}", token.mint())])
            .await;
        assert_eq!((refusal.code, refusal.status), (code, 401));
        assert_eq!(refusal.event.level, Level::DEBUG, "{code}");
        assert_explains(&refusal, known, "", code);
        seen.push(refusal.code);
    }
    // The list of revocations is not ready, because the revocation log can't be read.
    let log = MemoryLog::new();
    log.cut();
    let revocations = tenant.revocations().log(log).start().unwrap();
    let api = Observed::new(tenant.logto().revocations(&revocations));
    let token = format!("Bearer {}", tenant.token().user("bob").mint());
    let refusal = api.refusal("/any", &[&token]).await;
    let code = "revocations_unavailable";
    assert_eq!((refusal.code, refusal.status), (code, 503));
    assert_explains(&refusal, Caller, "", code);
    seen.push(refusal.code);
    seen
}

#[tokio::test]
async fn decisions_of_the_program_have_their_codes() {
    decisions_of_the_program().await;
}

pub(super) async fn decisions_of_the_program() -> Vec<&'static str> {
    let tenant = tenant();
    let token = tenant.token().user("alice").mint();
    let bearer = format!("Bearer {token}");
    let mut seen = Vec::new();
    let sources = || {
        let cookie = TokenSource::Cookie {
            name: "token".to_owned(),
            origins: Origins::listed(["https://app.example.com"]),
        };
        let builder = tenant.logto().token_source(cookie);
        builder.token_source(TokenSource::Authorization)
    };
    let cookie = format!("token={token}");
    for (code, status, headers) in [
        (
            "multiple_access_tokens",
            400,
            vec![("cookie", &*cookie), ("authorization", &*bearer)],
        ),
        (
            "cross_site_request",
            403,
            vec![("cookie", &*cookie), ("upgrade", "websocket")],
        ),
    ] {
        let api = Observed::new(sources());
        let refusal = api.refusal_with("/any", &headers).await;
        assert_eq!((refusal.code, refusal.status), (code, status));
        assert_explains(&refusal, Nothing, "", code);
        seen.push(refusal.code);
    }
    let down = |_: AuthInfo| async { Err::<bool, _>("the database is down") };
    let api = Observed::new(tenant.logto().deny_if_async(down));
    let refusal = api.refusal("/any", &[&bearer]).await;
    let code = "deny_unanswered";
    assert_eq!((refusal.code, refusal.status), (code, 503));
    assert_explains(&refusal, Caller, "", code);
    seen.push(refusal.code);

    let api = Observed::new(tenant.logto());
    let refusal = api.refusal("/own", &[&bearer]).await;
    assert_eq!((refusal.code, refusal.status), ("application", 403));
    assert_explains(&refusal, Caller, "", "application");
    seen.push(refusal.code);
    seen
}
