//! Prints to stderr why the user waits.

use std::{
    io::{self, IsTerminal as _},
    time::Duration,
};

use logto_management::Wait;

/// Awaits `work`, and prints `what` on a terminal if it takes longer than a second.
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

/// Prints the status of the response, and how long the program waits before it sends the request again.
pub(crate) fn waiting(wait: Wait) {
    let Wait {
        status, duration, ..
    } = wait;
    note!(
        "the tenant answers {status}; trying again in {:.1} s …",
        duration.as_secs_f32()
    );
}
