//! `until_invalid` waits until the token of an open connection is not accepted any more.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use logto_runtime::{Algorithm, AuthInfo, Revocation, Silence, test_util::MemoryLog};
use tokio::{
    task::yield_now,
    time::{pause, sleep, timeout},
};

use super::{
    KEY, World,
    replica::{MINUTE, Replica, SOON, tenant},
};
use crate::support::{NOW, at};

async fn caller(world: &World) -> AuthInfo {
    let logto = world.logto().build().unwrap();
    let token = world.tenant.token().user("alice").mint();
    logto.verify(&token).await.unwrap()
}

/// Begins to wait for `until_invalid`, and then makes the change. The wait must end within two seconds.
async fn wait_after<F: Future<Output = ()>>(auth: &AuthInfo, change: F) {
    let mut wait = pin!(auth.until_invalid());
    poll_fn(|context| {
        assert!(wait.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    change.await;
    timeout(SOON, wait).await.unwrap();
}

#[tokio::test]
async fn until_invalid_ends_within_two_seconds_of_expiry_revocation_or_loss_of_the_key() {
    let world = World::start();
    let auth = caller(&world).await;
    wait_after(&auth, async {
        world.tenant.set_now(at(NOW + 3_600 + 60));
    })
    .await;
    let world = World::start();
    let auth = caller(&world).await;
    wait_after(&auth, async {
        let revocation = Revocation::subject("alice");
        world.revocations.revoke(revocation).await.unwrap();
    })
    .await;
    let world = World::start();
    let logto = world.logto().build().unwrap();
    let token = world.tenant.token().user("alice").mint();
    let auth = logto.verify(&token).await.unwrap();
    wait_after(&auth, async {
        world.tenant.rotate(Algorithm::ES256);
        world.tenant.forget_previous_key();
        world.tenant.advance(Duration::from_secs(301));
        // The next request refreshes the keys.
        let token = world.tenant.token().user("bob").mint();
        logto.verify(&token).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn until_invalid_keeps_waiting_when_another_user_is_revoked() {
    let world = World::start();
    let auth = caller(&world).await;
    let mut wait = pin!(auth.until_invalid());
    let revocation = Revocation::subject("bob");
    world.revocations.revoke(revocation).await.unwrap();
    let half_a_second = Duration::from_millis(500);
    timeout(half_a_second, wait.as_mut()).await.unwrap_err();
    let revocation = Revocation::subject("alice");
    world.revocations.revoke(revocation).await.unwrap();
    wait.await;
    // For a token that is revoked already, `until_invalid` returns at once.
    auth.until_invalid().await;
}

/// During a silence, processes that receive webhooks show no sign of life. In two of the three modes, guards
/// refuse the token after a minute of silence, so the wait ends.
#[tokio::test]
async fn until_invalid_ends_when_the_mode_of_the_silence_refuses_requests_with_the_token() {
    for (mode, ends) in [
        (Silence::Serve, false),
        (Silence::RefuseOlderThan(MINUTE), true),
        (Silence::Unavailable(MINUTE), true),
    ] {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let replica = Replica::with(&tenant, log.clone(), |it| it.when_silent(mode));
        let _route: axum::routing::MethodRouter = replica.revocations.webhook([KEY]);
        replica.revocations.accept_empty_log();
        replica
            .until("the first sign of life", |it| {
                tenant.advance(Duration::from_millis(100));
                it.revocations.health().silent_for_seconds.is_some()
            })
            .await;
        let token = tenant.token().user("alice").mint();
        let auth = replica.verify(&token).await.unwrap();
        let mut wait = pin!(auth.until_invalid());
        log.cut();
        // The token is accepted until the silence has lasted for a minute.
        let short = Duration::from_millis(1_500);
        timeout(short, wait.as_mut()).await.unwrap_err();
        tenant.advance(2 * MINUTE);
        assert_eq!(timeout(SOON, wait).await.is_ok(), ends, "{mode:?}");
    }
}

/// If each change caused a check, a thousand revocations would wake each connection a thousand times.
#[tokio::test]
async fn until_invalid_checks_once_for_many_changes_at_once() {
    let checks = Arc::new(AtomicUsize::new(0));
    let world = World::start();
    let logto = {
        let checks = Arc::clone(&checks);
        world.logto().deny_if(move |_| {
            checks.fetch_add(1, Ordering::Relaxed);
            None
        })
    };
    let logto = logto.build().unwrap();
    let token = world.tenant.token().user("alice").mint();
    let auth = logto.verify(&token).await.unwrap();
    // From here on, the time of tokio jumps to the next timer whenever all tasks wait.
    pause();
    let mut wait = pin!(auth.until_invalid());
    timeout(Duration::ZERO, wait.as_mut()).await.unwrap_err();
    let before = checks.load(Ordering::Relaxed);
    let changes = async {
        for number in 0..90 {
            let revocation = Revocation::subject(format!("user-{number}"));
            world.revocations.revoke(revocation).await.unwrap();
            yield_now().await;
        }
        // The check follows 100 ms after a change.
        sleep(Duration::from_millis(150)).await;
    };
    tokio::select! {
        () = wait => panic!("the wait has ended, but only other users were revoked"),
        () = changes => {}
    }
    assert_eq!(checks.load(Ordering::Relaxed) - before, 1);
}

#[tokio::test]
async fn without_a_list_of_revocations_until_invalid_ends_when_the_token_expires() {
    let world = World::start();
    let logto = world.tenant.logto().build().unwrap();
    let token = world.tenant.token().user("alice").mint();
    let auth = logto.verify(&token).await.unwrap();
    wait_after(&auth, async {
        world.tenant.set_now(at(NOW + 3_660));
    })
    .await;
}
