//! A program can keep a verified caller (an `AuthInfo`), for example for a WebSocket. Each later check of
//! this caller tests the expiry, the key and `deny_if` again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::StatusCode;
use logto_runtime::{
    Algorithm, AuthInfo, Logto, RejectionCode, require_org_permission, require_scopes,
    test_util::TestTenant,
};

use crate::support::{NOW, PRODUCTS, at, with_resources_of_all_guards};

const HOUR: Duration = Duration::from_secs(3_600);

#[require_scopes("read:products")]
struct Read;

#[require_org_permission("invite:member")]
struct Invite;

/// Two callers that were verified at the start. A test can then change the tenant and `denied`.
struct Kept {
    tenant: TestTenant,
    logto: Logto,
    denied: Arc<AtomicBool>,
    reader: AuthInfo,
    member: AuthInfo,
}

impl Kept {
    async fn start() -> Self {
        let tenant = TestTenant::builder()
            .algorithm(Algorithm::ES256)
            .resource(PRODUCTS, ["read:products"])
            .start();
        tenant.set_now(at(NOW));
        let denied = Arc::new(AtomicBool::new(false));
        let deny = Arc::clone(&denied);
        let logto = with_resources_of_all_guards(tenant.logto())
            .deny_if(move |_| deny.load(Ordering::Relaxed))
            .build()
            .unwrap();
        let token =
            |token: logto_runtime::test_util::TokenBuilder<'_>| token.expires_in(HOUR * 48).mint();
        let reader = token(tenant.token().user("alice").scopes(["read:products"]));
        let member = tenant.token().user("alice").organization("acme");
        let member = token(member.scopes(["invite:member"]));
        Self {
            reader: logto.verify(&reader).await.unwrap(),
            member: logto.verify(&member).await.unwrap(),
            tenant,
            logto,
            denied,
        }
    }

    /// Runs three checks of the callers. Returns the code of each refusal, or `None` for a check that passes.
    async fn refused(&self) -> [Option<RejectionCode>; 3] {
        let code = |refused: logto_runtime::Rejection| refused.code();
        [
            self.reader.check::<Read>().await.err().map(code),
            self.member.check::<Invite>().await.err().map(code),
            self.member.check_in::<Invite>("acme").await.err().map(code),
        ]
    }
}

#[tokio::test]
async fn a_kept_caller_passes_while_the_token_is_valid() {
    let kept = Kept::start().await;
    assert_eq!(kept.refused().await, [None; 3]);
    kept.tenant.advance(HOUR * 47);
    assert_eq!(kept.refused().await, [None; 3]);
}

#[tokio::test]
async fn a_kept_caller_is_refused_after_the_token_has_expired() {
    let kept = Kept::start().await;
    kept.tenant.advance(HOUR * 48 + Duration::from_secs(60));
    assert_eq!(kept.refused().await, [Some(RejectionCode::Expired); 3]);
}

#[tokio::test]
async fn a_kept_caller_is_refused_while_deny_if_denies_it() {
    let kept = Kept::start().await;
    kept.denied.store(true, Ordering::Relaxed);
    assert_eq!(kept.refused().await, [Some(RejectionCode::Denied); 3]);
    kept.denied.store(false, Ordering::Relaxed);
    assert_eq!(kept.refused().await, [None; 3]);
}

/// The key set is hours old, so the check first fetches a new key set, as a guard does.
#[tokio::test]
async fn a_kept_caller_is_refused_after_its_key_was_withdrawn() {
    let kept = Kept::start().await;
    kept.tenant.rotate(Algorithm::ES256);
    kept.tenant.forget_previous_key();
    kept.tenant.advance(HOUR * 10);
    assert_eq!(kept.refused().await, [Some(RejectionCode::UnknownKey); 3]);
}

#[tokio::test]
async fn a_kept_caller_is_refused_at_once_when_the_service_learns_that_the_key_was_withdrawn() {
    let kept = Kept::start().await;
    kept.tenant.rotate(Algorithm::ES256);
    kept.tenant.forget_previous_key();
    kept.logto.warm_up().await.unwrap();
    assert_eq!(kept.refused().await, [Some(RejectionCode::UnknownKey); 3]);
}

#[tokio::test]
async fn in_an_outage_a_kept_caller_passes_until_the_keys_are_too_old() {
    let kept = Kept::start().await;
    kept.tenant.fail(StatusCode::BAD_GATEWAY);
    kept.tenant.advance(HOUR * 10);
    assert_eq!(kept.refused().await, [None; 3], "the old keys are used");
    kept.tenant.advance(HOUR * 15);
    assert_eq!(
        kept.refused().await,
        [Some(RejectionCode::KeysUnavailable); 3]
    );
}
