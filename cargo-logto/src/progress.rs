//! Prints to stderr why the user waits.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use logto_management::Wait;

/// Awaits `work`. If stderr is a terminal, prints `what` as soon as `work` has taken one second.
pub(crate) async fn during<T>(what: &str, work: impl Future<Output = T>) -> T {
    if !io::stderr().is_terminal() {
        return work.await;
    }
    let mut work = std::pin::pin!(work);
    let first = tokio::time::timeout(Duration::from_secs(1), work.as_mut()).await;
    match first {
        Ok(done) => done,
        Err(_) => {
            note!("{what} …");
            work.await
        }
    }
}

/// Prints the status of the response, and the time until the request is sent again.
pub(crate) fn waiting(wait: Wait) {
    let Wait {
        status, duration, ..
    } = wait;
    note!(
        "the tenant answers {status}; trying again in {:.1} s …",
        duration.as_secs_f32()
    );
}
