//! The settings that deny callers of verified tokens: `deny_if` and `deny_if_async`.

use std::{fmt::Display, future::Future, time::Duration};

use super::LogtoBuilder;
use crate::{
    answer::denial::IntoDenial,
    logto::{
        auth_info::AuthInfo,
        deny_async::{self, Unanswered},
    },
};

impl LogtoBuilder {
    /// Rejects the caller of a verified token if `deny` says so: with 401 `Invalid token` if it
    /// returns `true`, or with the response of the [`Denial`](crate::Denial) that it returns.
    ///
    /// The function is called on every request, whether or not the token is cached. Call the method
    /// again to add another function; the first function that denies the caller decides.
    ///
    /// A 401 makes the client ask for a new token, which is right for a revoked token. For a suspended
    /// user, clients would ask again and again, so answer 403:
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

    /// Rejects the caller of a verified token if an asynchronous function says so, such as one that asks
    /// a database. The function returns `Ok` with what a function of [`deny_if`](Self::deny_if) returns,
    /// or an error.
    ///
    /// The function must answer within [`deny_timeout`](Self::deny_timeout), by default 1 s. Its answer
    /// about a token is remembered for [`deny_remembered_for`](Self::deny_remembered_for), by default
    /// 10 s, and requests with that token at the same time share one question. Everything else is
    /// checked on every request, after the answer: the times and the key of the token, `deny_if`, and
    /// revocations. `verify`, `check`, `check_in` and `until_invalid` ask too.
    ///
    /// The function must not verify or check the same token itself, because it would wait for its own
    /// answer.
    ///
    /// If the function fails, panics or is too slow, the response is 503 with `Retry-After`, unless
    /// [`when_unanswered`](Self::when_unanswered) says otherwise. The first failure of an outage is logged as
    /// an error, at most once a minute. After the questions about eight subjects failed in a row and nothing
    /// was answered for `deny_timeout`, at most eight questions run at the same time, at most one for each
    /// subject. A request that would need a further question gets 503 without a wait. The next answer lifts
    /// this limit.
    ///
    /// Call the method again to add another function. All functions are asked at the same time.
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
        self.deny_if_async.push(deny_async::boxed(deny));
        self
    }

    /// Sets how long a function of [`deny_if_async`](Self::deny_if_async) may take. Default: 1 s. At most
    /// 30 s. A request that joins the question of another request waits at most three times as long.
    pub fn deny_timeout(mut self, timeout: Duration) -> Self {
        self.deny_times.timeout = timeout;
        self
    }

    /// Sets how long an answer of [`deny_if_async`](Self::deny_if_async) about a token is remembered.
    /// Default: 10 s. At most 1 hour. With zero, no answer is remembered.
    ///
    /// If the function would now deny a caller whom it accepted before, the caller still passes for at most
    /// this long. The time begins with the question. A failure is remembered for at most 1 s, counted from the
    /// end of the question. The memory holds some 5,000 tokens (8 MiB). If it has dropped a token, the function
    /// is asked again.
    pub fn deny_remembered_for(mut self, duration: Duration) -> Self {
        self.deny_times.remembered_for = duration;
        self
    }

    /// Sets what happens if a function of [`deny_if_async`](Self::deny_if_async) does not answer.
    /// Default: [`Unanswered::Unavailable`].
    ///
    /// With [`Unanswered::Serve`], the number of questions at the same time is not limited in an outage. A
    /// limit would let requests through without a question, even if the function would deny their callers.
    pub fn when_unanswered(mut self, unanswered: Unanswered) -> Self {
        self.deny_times.unanswered = unanswered;
        self
    }
}
