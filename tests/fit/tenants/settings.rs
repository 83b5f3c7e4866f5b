//! Tests of a `Logto` for several tenants: the settings of each tenant, `warm_up`, and the errors of
//! `Logto::any_of`.

use axum::Json;
use logto_runtime::{
    Logto, LogtoBuilder, Origins, Rejection, RejectionCode, TokenSource, test_util::TestTenant,
};

use super::{any_of, app, global};
use crate::support::{Answer, PRODUCTS, ask, tenant};

#[tokio::test]
async fn warm_up_fetches_the_keys_of_all_tenants() {
    let (old, new) = (tenant(), tenant());
    let logto = any_of([old.logto(), new.logto()]);
    logto.warm_up().await.unwrap();
    for tenant in [&old, &new] {
        assert_eq!(
            (tenant.key_set_requests(), tenant.discovery_requests()),
            (1, 1)
        );
    }
    assert!(
        logto
            .health()
            .tenants
            .iter()
            .all(|tenant| tenant.health.keys == 1)
    );
}

/// The first tenant renders the rejection of a token from an unknown issuer.
#[tokio::test]
async fn each_tenant_renders_its_own_rejections() {
    let (old, new) = (tenant(), tenant());
    let named = |name: &'static str| {
        move |rejection: &Rejection| Json(serde_json::json!({ name: rejection.message() }))
    };
    let logto = any_of([
        old.logto().on_rejection(named("old")),
        new.logto().on_rejection(named("new")),
    ]);
    let app = app(&logto);
    for (token, body) in [
        (global(&old).tampered().mint(), r#"{"old":"Invalid token"}"#),
        (global(&new).tampered().mint(), r#"{"new":"Invalid token"}"#),
        (
            global(&new).scopes([""; 0]).mint(),
            r#"{"new":"Insufficient scope"}"#,
        ),
        (tenant().token().mint(), r#"{"old":"Invalid token"}"#),
    ] {
        assert_eq!(ask(&app, "/attribute", &token).await.body, body);
    }
}

/// A resource of one tenant is not accepted in a token of the other tenant.
#[tokio::test]
async fn each_tenant_has_its_own_resources() {
    let (old, new) = (tenant(), tenant());
    let further = "https://api.example.com/further";
    let logto = any_of([old.logto(), new.logto().resource(further)]);
    let app = app(&logto);
    let token = |tenant: &TestTenant| global(tenant).resource(further).mint();
    let invalid = Answer::refused(401, "Invalid audience", crate::support::INVALID_TOKEN);
    assert_eq!(ask(&app, "/required", &token(&old)).await, invalid);
    let answer = ask(&app, "/required", &token(&new)).await;
    assert_eq!(answer, Answer::ok(&new.issuer()));
    let code = |refused: Rejection| refused.code();
    let refused = logto.verify(&token(&old)).await.map_err(code).map(drop);
    assert_eq!(refused, Err(RejectionCode::InvalidAudience));
    assert!(logto.verify(&token(&new)).await.is_ok());
}

fn start() -> TestTenant {
    TestTenant::builder().resource(PRODUCTS, [""; 0]).start()
}

fn build(builder: LogtoBuilder) -> Logto {
    builder.build().unwrap()
}

#[test]
fn any_of_needs_tenants_with_different_issuers_and_the_same_token_source() {
    let (old, new) = (start(), start());
    let header = || build(old.logto());
    let cookie = build(new.logto().token_source(TokenSource::Cookie {
        name: "token".to_owned(),
        origins: Origins::SameOrigin,
    }));
    let both = Logto::any_of([header(), build(new.logto())]).unwrap();
    for (tenants, problem) in [
        (vec![], "give it at least one"),
        (vec![header(), header()], "is the issuer of two tenants"),
        (
            vec![
                header(),
                build(new.logto().issuer(new.issuer()).issuer(old.issuer())),
            ],
            "is the issuer of two tenants",
        ),
        (vec![both, header()], "is the issuer of two tenants"),
        (vec![header(), cookie], "the same `token_source`"),
    ] {
        let error = Logto::any_of(tenants).unwrap_err().to_string();
        assert!(
            error.starts_with("Logto::any_of is ") && error.contains(problem),
            "{error}"
        );
    }
}

#[test]
fn any_of_accepts_a_logto_of_several_tenants() {
    let (old, new, third) = (start(), start(), start());
    let both = Logto::any_of([build(old.logto()), build(new.logto())]).unwrap();
    let nested = Logto::any_of([both, build(third.logto())]).unwrap();
    assert_eq!(nested.health().tenants.len(), 3);
    let shown = format!("{nested:?}");
    for tenant in [&old, &new, &third] {
        assert!(shown.contains(tenant.endpoint()), "{shown}");
    }
}
