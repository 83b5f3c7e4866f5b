//! The task that reads the revocation log ends with its runtime, before it has read the log once.

use logto_runtime::{RejectionCode, RevocationsBuilder, test_util::MemoryLog};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};
use tracing::Level;

use super::replica::{Replica, SOON, code, tenant};
use crate::events::Events;

const ENDED: &str = "the log of revocations is not read, because the task that reads it has ended with its \
                     runtime; build the list in a runtime that runs as long as requests are served";

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// `block_on` returns before the task is polled for the first time.
#[test]
fn a_runtime_that_ends_before_the_log_is_read_is_named_by_ready_and_logged_as_an_error_once() {
    for start_empty in [false, true] {
        let (tenant, log) = (tenant(), MemoryLog::new());
        let settings = |it: RevocationsBuilder| match start_empty {
            true => it.start_empty(),
            false => it,
        };
        let building = current_thread();
        let replica = building.block_on(async { Replica::with(&tenant, log, settings) });
        drop(building);
        let token = tenant.token().user("alice").mint();
        current_thread().block_on(async {
            let ready = timeout(SOON, replica.revocations.ready()).await.unwrap();
            let error = ready.err().map(|error| error.to_string());
            let expected = (!start_empty).then(|| ENDED.to_owned());
            assert_eq!(error, expected);

            let events = Events::collect();
            let expected = (!start_empty).then_some(RejectionCode::RevocationsUnavailable);
            for _ in 0..2 {
                assert_eq!(code(replica.verify(&token).await), expected);
            }
            let event = events.only_of("has ended with its runtime");
            assert_eq!(event.level, Level::ERROR);
        });
    }
}

#[test]
fn a_wait_for_a_log_that_is_out_of_reach_ends_with_the_runtime_of_the_task() {
    let (tenant, log) = (tenant(), MemoryLog::new());
    log.cut();
    let reading = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let replica = {
        let _entered = reading.enter();
        Replica::start(&tenant, log)
    };
    current_thread().block_on(async {
        let end = async { reading.shutdown_background() };
        let (ready, ()) = tokio::join!(timeout(SOON, replica.revocations.ready()), end);
        let error = ready.unwrap().unwrap_err().to_string();
        assert_eq!(error, ENDED);
    });
}
