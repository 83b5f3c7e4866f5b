//! The functions given to `deny_if_async`, and one call of all of them.

use std::{fmt::Display, future::Future, panic::AssertUnwindSafe, pin::Pin, time::Duration};

use futures_util::{FutureExt as _, future::join_all};
use tokio::time::timeout;

use super::auth_info::AuthInfo;
use crate::answer::denial::{Denial, IntoDenial, sealed::IntoDenial as Sealed};

/// A function given to `deny_if_async`.
pub(crate) type DenyIfAsync =
    Box<dyn Fn(AuthInfo) -> Pin<Box<dyn Future<Output = Reply> + Send>> + Send + Sync>;

/// The answer of one function about a caller, or its error as text.
type Reply = Result<Option<Denial>, String>;

/// The first denial and the first error of all functions.
#[derive(Default)]
pub(super) struct Replies {
    pub(super) denied: Option<Denial>,
    pub(super) failed: Option<String>,
}

/// Calls all functions at the same time. A function that panics, or takes longer than `limit`, has failed.
pub(super) async fn call_all(
    functions: &[DenyIfAsync],
    auth: &AuthInfo,
    limit: Duration,
) -> Replies {
    let replies = functions.iter().map(|ask| {
        // The call is inside the future that catches panics, because the call itself may panic, too.
        let reply = AssertUnwindSafe(async { ask(auth.clone()).await }).catch_unwind();
        timeout(limit, reply)
    });
    let mut all = Replies::default();
    for reply in join_all(replies).await {
        let reply = match reply {
            Err(_) => Err(format!("no answer within {limit:?}")),
            Ok(Err(_)) => Err("the function panicked".to_owned()),
            Ok(Ok(reply)) => reply,
        };
        match reply {
            Ok(denial) => all.denied = all.denied.or(denial),
            Err(error) => all.failed = all.failed.or(Some(error)),
        }
    }
    all
}

/// Boxes a function for `deny_if_async`, so that all functions have one type.
pub(crate) fn boxed<F, Fut, D, E>(deny: F) -> DenyIfAsync
where
    F: Fn(AuthInfo) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<D, E>> + Send + 'static,
    D: IntoDenial,
    E: Display,
{
    Box::new(move |auth| {
        let reply = deny(auth);
        Box::pin(async move {
            let reply = reply.await;
            reply
                .map(Sealed::into_denial)
                .map_err(|error| error.to_string())
        })
    })
}
