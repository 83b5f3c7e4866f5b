//! A service that accepts tokens with any lifetime.

use std::time::Duration;

use super::{
    replica::{Replica, tenant},
    server::machine,
};

#[tokio::test]
async fn a_receiver_writes_signs_of_life_if_tokens_may_live_forever() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let settings = |list: logto_runtime::RevocationsBuilder| list.max_token_lifetime(Duration::MAX);
    let receiver = Replica::with(&tenant, server.log(), settings);
    let _route = receiver.webhook();
    receiver.ready().await;
    receiver.revocations.accept_empty_log();
    receiver
        .until("heard", |health| {
            health.silent_for_seconds.is_some() && health.last_error.is_none()
        })
        .await;
}
