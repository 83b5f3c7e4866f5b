//! A revocation, a denial or an outage of one tenant does not affect the tokens of another tenant.

use axum::http::StatusCode;
use logto_runtime::{AuthInfo, Denial, RejectionCode, Revocation, test_util::TestTenant};

use super::{any_of, app, expect, global, unavailable, verify};
use crate::support::{Answer, ask, tenant};

#[tokio::test]
async fn a_revocation_and_a_denial_concern_one_tenant() {
    let (old, new) = (tenant(), tenant());
    let list = |tenant: &TestTenant| tenant.revocations().start().unwrap();
    let (of_old, of_new) = (list(&old), list(&new));
    let logto = any_of([
        old.logto().revocations(&of_old),
        new.logto()
            .revocations(&of_new)
            .deny_if(|auth: &AuthInfo| (auth.subject() == "trudy").then_some(Denial::Forbidden)),
    ]);
    let (in_old, in_new) = (global(&old).mint(), global(&new).mint());
    expect(&logto, &in_old, Ok(&old.issuer())).await;
    expect(&logto, &in_new, Ok(&new.issuer())).await;
    of_old.revoke(Revocation::subject("alice")).await.unwrap();
    let app = app(&logto);
    let refused = ask(&app, "/attribute", &in_old).await;
    assert_eq!(refused.status, 401);
    assert!(refused.challenge.unwrap().contains("was revoked"));
    assert_eq!(verify(&logto, &in_old).await, Err(RejectionCode::Revoked));
    expect(&logto, &in_new, Ok(&new.issuer())).await;

    let trudy = |tenant: &TestTenant| global(tenant).user("trudy").mint();
    expect(&logto, &trudy(&old), Ok(&old.issuer())).await;
    let denied = Answer::refused(403, "Access denied", "Bearer");
    expect(&logto, &trudy(&new), Err((&denied, RejectionCode::Denied))).await;
}

#[tokio::test]
async fn an_outage_of_one_tenant_affects_its_tokens_only() {
    let (old, new) = (tenant(), tenant());
    old.fail(StatusCode::INTERNAL_SERVER_ERROR);
    let logto = any_of([old.logto(), new.logto()]);
    let (in_old, in_new) = (global(&old).mint(), global(&new).mint());
    let app = app(&logto);
    for _ in 0..2 {
        let answer = ask(&app, "/attribute", &in_old).await;
        assert_eq!(answer, unavailable());
        expect(&logto, &in_new, Ok(&new.issuer())).await;
    }
    let code = verify(&logto, &in_old).await;
    assert_eq!(code, Err(RejectionCode::KeysUnavailable));

    let health = logto.health();
    assert!(health.ready, "{health:?}");
    assert!(
        health
            .last_error
            .as_ref()
            .unwrap()
            .starts_with(old.endpoint()),
        "{health:?}"
    );
    let [of_old, of_new] = &*health.tenants else {
        panic!("{health:?}");
    };
    assert_eq!(of_old.endpoint, old.endpoint());
    assert!(!of_old.health.ready && of_new.health.ready, "{health:?}");
    assert_eq!(health.keys, of_new.health.keys);
    assert_eq!(health.cached_tokens, 1);
    let json = serde_json::to_value(&health).unwrap();
    assert_eq!(json["tenants"][0]["endpoint"], old.endpoint());
    assert_eq!(json["tenants"][0]["ready"], false);
    assert!(json["tenants"][0].get("tenants").is_none(), "{json}");

    let error = logto.warm_up().await.unwrap_err().to_string();
    assert!(
        error.contains(old.endpoint()) && !error.contains(new.endpoint()),
        "{error}"
    );
    assert!(new.discovery_requests() > 0);
}
