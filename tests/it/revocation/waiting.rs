//! `until_invalid` says when to end a connection that outlives its token.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use logto_runtime::{Algorithm, AuthInfo, Revocation};
use tokio::time::{Instant, timeout};

use super::World;
use crate::support::{NOW, at};

async fn caller(world: &World) -> AuthInfo {
    let logto = world.logto().build().unwrap();
    let token = world.tenant.token().user("alice").mint();
    logto.verify(&token).await.unwrap()
}

/// Begins to wait for `until_invalid`, then makes the change. Returns the time from the change to the end of
/// the wait.
async fn wait_after<F: Future<Output = ()>>(auth: &AuthInfo, change: F) -> Duration {
    let mut wait = pin!(auth.until_invalid());
    poll_fn(|context| {
        assert!(wait.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    change.await;
    let changed = Instant::now();
    timeout(Duration::from_secs(2), wait).await.unwrap();
    changed.elapsed()
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
