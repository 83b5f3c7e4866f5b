//! Tests that logs, errors and `Debug` output contain no secrets.

use logto_management::{REVOKING_EVENTS, Reconciler};
use logto_runtime::test_util::Hook;

use crate::{KEY, SECRET, World, log, management, tenant};

const URL: &str = "https://user:passw0rd@api.example.com/webhooks/logto?token=t0ken-in-the-query";

#[tokio::test]
async fn nothing_secret_is_logged_or_shown_at_any_level() {
    log::capture();
    let world = World::start().await;
    let mut shown = String::new();
    world.receiver.answer_with(500);
    world.tenant.suspend("alice").await;
    let hook = Hook::new(URL, REVOKING_EVENTS).delivered("User.Deleted", 500);
    let tenant = tenant().hook(hook).start();
    for (tenant, url) in [(&world.tenant, &*world.receiver.url), (&tenant, URL)] {
        let management = management(tenant);
        shown += &format!("{:?}", management.hooks().await.unwrap());
        let reconciler = Reconciler::builder(management, &world.revocations, url);
        shown += &format!("{reconciler:?}");
        let mut reconciler = reconciler.build().unwrap();
        let error = reconciler.reconcile().await.unwrap_err();
        shown += &format!("{reconciler:?} {error} {error:?}");
    }
    let log = log::take();
    assert!(log.contains("revocations may be missed"), "{log}");
    for secret in [
        SECRET,
        KEY,
        "the-key-that-signs-all-deliveries",
        "header-of-the-webhook",
        "passw0rd",
        "t0ken-in-the-query",
        "eyJ",
        // The last two come from a delivery: a field with personal data, and the body of the receiver's
        // response.
        "primaryEmail",
        "an answer",
    ] {
        assert!(!log.contains(secret), "{secret} is in {log}");
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}
