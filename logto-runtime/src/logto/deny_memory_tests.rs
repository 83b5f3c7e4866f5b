//! Which tokens stay in memory because of `deny_if_async`.

use std::{
    io,
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{Logto, auth_info::AuthInfo};
use crate::{LogtoBuilder, RejectionCode, test_util::TestTenant, verify::Verified};

const A_MINUTE: Duration = Duration::from_secs(60);

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource("https://api.example.com", ["read"])
        .offline()
        .start()
}

/// Adds a function that accepts every caller, and counts its calls.
fn asking(builder: LogtoBuilder, asked: &Arc<AtomicUsize>) -> Logto {
    let asked = Arc::clone(asked);
    let builder = builder.deny_if_async(move |_: AuthInfo| {
        asked.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, io::Error>(false) }
    });
    builder.build().unwrap()
}

/// Verifies a token. The result shows whether something in the process still has the token.
async fn verify(logto: &Logto, token: &str) -> Weak<Verified> {
    let auth = logto.verify(token).await.unwrap();
    Arc::downgrade(auth.verified())
}

#[tokio::test]
async fn without_a_token_cache_no_token_stays_in_memory_but_its_answer_is_remembered() {
    let tenant = tenant();
    for (remembered_for, questions) in [(Duration::ZERO, 2), (A_MINUTE, 1)] {
        let builder = tenant.logto().token_cache_bytes(0);
        let asked = Arc::default();
        let logto = asking(builder.deny_remembered_for(remembered_for), &asked);
        let token = tenant.token().mint();
        for _ in 0..2 {
            let kept = verify(&logto, &token).await;
            assert_eq!(kept.strong_count(), 0, "remembered for {remembered_for:?}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), questions);
    }
}

#[tokio::test]
async fn an_expired_token_leaves_the_memory_when_a_client_sends_it_again() {
    let tenant = tenant();
    let logto = asking(tenant.logto(), &Arc::default());
    let token = tenant.token().expires_in(A_MINUTE).mint();
    let kept = verify(&logto, &token).await;
    assert!(kept.strong_count() > 0, "the token cache has it");
    tenant.advance(3 * A_MINUTE);
    let refused = logto.verify(&token).await.unwrap_err();
    assert_eq!(refused.code(), RejectionCode::Expired);
    assert_eq!(kept.strong_count(), 0);
}
