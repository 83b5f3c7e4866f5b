//! Tests beats that arrive late, or have an unknown age. A beat is the sign of life that a receiver of
//! webhooks writes into the revocation log.

use std::time::Duration;

use logto_runtime::{RedisLog, RejectionCode, Silence};
use tokio::time::{sleep, timeout};

use super::{
    MINUTE,
    replica::{Replica, tenant, token},
    server::machine,
    slow_link::SlowLink,
    users::{READER, add_user},
};

/// The shortest limit that a mode of `Silence` can have.
const LIMIT: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn beats_that_are_delivered_late_do_not_hide_that_the_receiver_has_ended() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let link = SlowLink::start(&server, Duration::ZERO).await;
    let receiver = Replica::receiver(&tenant, RedisLog::new(&link.url).unwrap()).await;
    let replica = Replica::with(&tenant, server.log(), |it| {
        it.when_silent(Silence::Unavailable(LIMIT))
    });
    replica.revocations.ready().await.unwrap();
    let alice = token(&tenant, "alice");
    replica.verify(&alice).await.unwrap();
    link.hold_beats(true);
    let held = async {
        while link.held_beats() < 3 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(MINUTE, held)
        .await
        .expect("three beats must be held back");
    link.hold_beats(false);
    replica
        .until("heard", |it| it.silent_for_seconds < Some(5))
        .await;
    drop(receiver);
    // Now the network delivers a late beat every six seconds. If these beats counted as new, they would hide
    // the end of the receiver.
    let silent = async {
        while replica.code(&alice).await != Some(RejectionCode::RevocationsUnavailable) {
            sleep(Duration::from_millis(50)).await;
        }
    };
    let late_beats = async {
        while link.deliver_beat().await {
            sleep(Duration::from_secs(6)).await;
        }
    };
    tokio::select! {
        () = silent => {}
        () = late_beats => panic!("the late beats hide the silence: {:?}", replica.health()),
    }
}

/// The right `+time` of a Redis user is optional. Without it, a replica does not know the age of a beat.
#[tokio::test]
async fn a_replica_without_the_right_to_ask_for_the_time_sees_beats() {
    let Some(machine) = machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let _receiver = Replica::receiver(&tenant, server.log().log_name("fleet")).await;
    let rights = READER.replace(" +time", "");
    assert_ne!(rights, READER);
    let replica = Replica::start(&tenant, add_user(&server, "reader", &rights));
    replica.until_heard(&tenant).await;
    assert_eq!(replica.health().last_error, None);
}
