//! The settings that deny callers with a verified token: `deny_if` and `deny_if_async`.

use std::{fmt::Display, future::Future, time::Duration};

use super::LogtoBuilder;
use crate::{
    answer::denial::IntoDenial,
    logto::{auth_info::AuthInfo, deny_async::Unanswered, deny_functions::boxed},
};

impl LogtoBuilder {
    /// Rejects a caller with a verified token if `deny` returns `true` or a [`Denial`](crate::Denial). For
    /// `true`, the response is 401 `Invalid token`. A `Denial` chooses the response.
    ///
    /// The function is called even if the token is cached. Answers are not remembered. Call the method again
    /// to add another function. The first function that denies the caller decides. Later functions are then
    /// not called.
    ///
    /// After a 401, the client asks for a new token. That is right for a revoked token. The client of a
    /// suspended user would ask again and again, so answer 403:
    ///
    /// ```
    /// # use std::collections::HashSet;
    /// use logto_runtime::{AuthInfo, Denial, Logto};
    ///
    /// let suspended = HashSet::from(["user-1".to_owned()]);
    /// let revoked = HashSet::from(["token-1".to_owned()]);
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .deny_if(move |auth: &AuthInfo| revoked.contains(auth.token_id()))
    ///     .deny_if(move |auth: &AuthInfo| {
    ///         suspended.contains(auth.subject()).then_some(Denial::Forbidden)
    ///     })
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn deny_if<D: IntoDenial>(
        mut self,
        deny: impl Fn(&AuthInfo) -> D + Send + Sync + 'static,
    ) -> Self {
        self.deny_if
            .push(Box::new(move |auth| deny(auth).into_denial()));
        self
    }

    /// Rejects a caller with a verified token if an asynchronous function denies the caller. The function can
    /// ask a database, for example. It returns a `Result`. The value in `Ok` is a `bool` or an
    /// `Option<Denial>`, as for [`deny_if`](Self::deny_if).
    ///
    /// The function must answer within [`deny_timeout`](Self::deny_timeout), by default 1 s. It must not
    /// call `verify`, `check`, `check_in` or `until_invalid` for the same token: the call would wait for the
    /// function's own answer.
    ///
    /// The answer about a token is remembered for [`deny_remembered_for`](Self::deny_remembered_for), by
    /// default 10 s. Simultaneous requests with the same token share one question (a call of the function).
    /// `verify`, `check`, `check_in` and `until_invalid` ask the function too.
    ///
    /// If `until_invalid` asks, the function runs in a tokio task of its own. The task ends if the wait is
    /// dropped.
    ///
    /// After a pause of the process, an answer can be too old when a request uses it: older than
    /// `deny_remembered_for` plus `deny_timeout` plus one second. The function is then asked once more. If
    /// that answer is too old as well, the response is 503, even with [`Unanswered::Serve`].
    ///
    /// The times and the key of the token are checked on every request, and again after a wait for the
    /// answer. Then `deny_if` and revocations are checked.
    ///
    /// If the function fails, panics or is too slow, the response is 503 with `Retry-After`.
    /// [`when_unanswered`](Self::when_unanswered) can change that. At most one failure of an outage is
    /// logged as an error, and at most one in a minute.
    ///
    /// During an outage, the number of questions is limited, except with [`Unanswered::Serve`]. The limit
    /// begins when the questions about eight subjects have failed in a row, and no answer has come within the
    /// last `deny_timeout`. Then at most eight new questions run at the same time, at most one for each
    /// subject. A request that would need a further question gets 503 at once. The next answer ends the
    /// limit.
    ///
    /// Call the method again to add another function. All functions are asked at the same time. If one
    /// function denies the caller, the failure of another function does not matter.
    ///
    /// ```
    /// # use std::io;
    /// use logto_runtime::{AuthInfo, Denial, Logto};
    ///
    /// # #[derive(Clone)]
    /// # struct Db;
    /// # impl Db { async fn is_suspended(&self, _: &str) -> io::Result<bool> { Ok(false) } }
    /// # let db = Db;
    /// let logto = Logto::builder("https://your-tenant.logto.app")
    ///     .resource("https://api.example.com")
    ///     .deny_if_async(move |auth: AuthInfo| {
    ///         let db = db.clone();
    ///         async move {
    ///             let suspended = db.is_suspended(auth.subject()).await?;
    ///             Ok::<_, io::Error>(suspended.then_some(Denial::Forbidden))
    ///         }
    ///     })
    ///     .build()?;
    /// # Ok::<_, logto_runtime::ConfigError>(())
    /// ```
    pub fn deny_if_async<F, Fut, D, E>(mut self, deny: F) -> Self
    where
        F: Fn(AuthInfo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<D, E>> + Send + 'static,
        D: IntoDenial,
        E: Display,
    {
        self.deny_if_async.push(boxed(deny));
        self
    }

    /// Sets how long a function of [`deny_if_async`](Self::deny_if_async) may take. Default: 1 s. At most
    /// 30 s. A request that joins the question of another request waits at most three times this timeout.
    pub fn deny_timeout(mut self, timeout: Duration) -> Self {
        self.deny_times.timeout = timeout;
        self
    }

    /// Sets how long an answer of [`deny_if_async`](Self::deny_if_async) about a token is remembered.
    /// Default: 10 s. At most 1 hour. With zero, no answer is remembered.
    ///
    /// An accepted caller stays accepted for this time, even if the function would now deny the caller. The
    /// time begins with the question. A failure is remembered for at most 1 s, counted from the end of the
    /// question.
    ///
    /// The memory holds the answers about some 5,000 tokens, and takes at most 8 MiB. It has a digest of each
    /// token instead of the token. A full memory drops answers. The function is then asked about these tokens
    /// again.
    pub fn deny_remembered_for(mut self, duration: Duration) -> Self {
        self.deny_times.remembered_for = duration;
        self
    }

    /// Sets what happens if a function of [`deny_if_async`](Self::deny_if_async) does not answer.
    /// Default: [`Unanswered::Unavailable`].
    ///
    /// With [`Unanswered::Serve`], the number of questions is not limited during an outage. A limit would
    /// make this service serve some requests without a question. The function might deny their callers.
    pub fn when_unanswered(mut self, unanswered: Unanswered) -> Self {
        self.deny_times.unanswered = unanswered;
        self
    }
}
