//! Asks `deny_if_async` in a task of its own, for a future that may not be polled for long. An event stream
//! waits while its client reads nothing.
//!
//! Without the task, the question would not end at `deny_timeout`. It would keep its place during an outage,
//! and the requests that share it would wait.

use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::{
    auth_info::AuthInfo,
    deny_async::{Answer, Inquiry},
};
use crate::clock::Reading;

impl Inquiry {
    /// Asks the functions of `deny_if_async` in a task, or uses their remembered answer. The task ends if the
    /// returned future is dropped.
    pub(super) async fn ask_in_task(&self, auth: &AuthInfo, now: Reading) -> Answer {
        let Some(runtime) = self.runtime(auth) else {
            return Answer::failed(auth);
        };
        // A `JoinSet` aborts its tasks when it is dropped.
        let mut task = JoinSet::new();
        task.spawn_on(answer(auth.clone(), now).in_current_span(), &runtime);
        match task.join_next().await {
            Some(Ok(Some(answer))) => answer,
            // The runtime is shutting down.
            Some(Ok(None) | Err(_)) | None => Answer::failed(auth),
        }
    }
}

/// Returns the shared answer about a token, in a task that owns `auth`.
async fn answer(auth: AuthInfo, now: Reading) -> Option<Answer> {
    let inquiry = auth.logto().settings().deny_if_async.as_ref()?;
    Some(inquiry.answer(&auth, now).await)
}
