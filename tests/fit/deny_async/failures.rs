//! `deny_if_async` asks a function about a caller, and gets no answer. One test checks which settings
//! `build` refuses.

use std::{io, time::Duration};

use logto_runtime::{AuthInfo, Denial, RejectionCode, Unanswered, test_util::TestTenant};

use super::{Db, Says, WAYS, app, code, passed, token, unavailable};
use crate::support::{Answer, ask, tenant};

#[tokio::test]
async fn with_unanswered_serve_a_caller_passes_although_a_function_does_not_answer() {
    let tenant = tenant();
    for says in [Says::Fails, Says::Panics, Says::PanicsAtOnce, Says::Hangs] {
        let db = Db::default();
        db.says("alice", says.clone());
        db.says("mallory", says);
        let builder = tenant
            .logto()
            .deny_timeout(Duration::from_millis(5))
            .when_unanswered(Unanswered::Serve)
            // Denies Mallory although the database does not answer.
            .deny_if_async(async |auth: AuthInfo| Ok::<_, io::Error>(auth.subject() == "mallory"));
        let logto = db.in_builder(builder).build().unwrap();
        let app = app(&logto);
        let (alice, mallory) = (token(&tenant, "alice"), token(&tenant, "mallory"));
        for uri in WAYS {
            assert_eq!(ask(&app, uri, &alice).await, passed(), "{uri}");
            assert_eq!(
                ask(&app, uri, &mallory).await,
                Answer::invalid_token(),
                "{uri}"
            );
        }
    }
}

#[tokio::test]
async fn any_of_several_functions_can_deny_although_another_one_fails() {
    let tenant = tenant();
    let builder = tenant
        .logto()
        .deny_if_async(async |_: AuthInfo| Err::<bool, _>("down"))
        .deny_if_async(async |auth: AuthInfo| {
            let denied = (auth.subject() == "trudy").then_some(Denial::Forbidden);
            Ok::<_, io::Error>(denied)
        });
    let app = app(&builder.build().unwrap());
    assert_eq!(
        ask(&app, "/attribute", &token(&tenant, "trudy"))
            .await
            .status,
        403
    );
    assert_eq!(
        ask(&app, "/attribute", &token(&tenant, "alice")).await,
        unavailable()
    );
}

/// Without a timer, the time for an answer cannot be limited.
#[test]
fn without_a_timer_the_function_is_not_asked_and_the_token_is_refused() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(crate::support::PRODUCTS, ["read:products"])
        .start();
    let db = Db::default();
    let builder = tenant.logto().jwks_json(tenant.jwks_json());
    let logto = db.in_builder(builder).build().unwrap();
    let runtime = { tokio::runtime::Builder::new_current_thread() }
        .build()
        .unwrap();
    let refused = runtime.block_on(code(&logto, &token(&tenant, "alice")));
    assert_eq!(refused, Some(RejectionCode::DenyUnanswered));
    assert_eq!(db.asked(), 0);
}

#[test]
fn build_refuses_times_that_are_out_of_range() {
    let tenant = TestTenant::builder()
        .offline()
        .resource(crate::support::PRODUCTS, [""; 0])
        .start();
    let seconds = Duration::from_secs;
    let builder = || tenant.logto();
    for (builder, error) in [
        (
            builder().deny_timeout(Duration::ZERO),
            "deny_timeout is 0ns",
        ),
        (builder().deny_timeout(seconds(31)), "deny_timeout is 31s"),
        (
            builder().deny_remembered_for(seconds(3_601)),
            "deny_remembered_for is 3601s",
        ),
    ] {
        let said = builder.build().unwrap_err().to_string();
        assert!(said.starts_with(error), "{said}");
    }
    for builder in [
        builder().deny_timeout(seconds(30)),
        builder().deny_remembered_for(seconds(3_600)),
        builder().deny_remembered_for(Duration::ZERO),
    ] {
        assert!(builder.build().is_ok());
    }
}
