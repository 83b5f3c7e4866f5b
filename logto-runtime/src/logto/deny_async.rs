//! `deny_if_async`: asks asynchronous functions about callers, within a time limit, and remembers
//! the answers.
//!
//! - All functions are asked at the same time. Each may take at most `deny_timeout`. If several functions
//!   deny the caller, the one that was added first decides.
//! - Requests with the same token share one question, a call of all functions. Its answer is remembered for
//!   `deny_remembered_for`. A request that waits too long for the shared answer asks by itself.
//! - A function may read its data as soon as it is called. So the time of `deny_remembered_for` begins before
//!   the question.
//! - A failure is remembered for at most a second from the end of the question. If the time began before the
//!   question, a slow failure would be forgotten immediately.
//! - During an outage, only a few questions run at the same time, at most one for each subject (`outage/`).
//!   A request that needs a further question gets 503. With [`Unanswered::Serve`], this limit does not apply.
//! - The times and the key of the token are checked on every request, and again after a wait for the answer.
//!   Then `deny_if` and revocations are checked.
//! - The question of an event stream runs in a task of its own (`deny_in_task.rs`).
//! - The process can be paused between an answer and its use. If the answer is then older than
//!   `deny_remembered_for` plus `deny_timeout` plus `SLACK`, the functions are asked once more (`finish.rs`).

use std::{sync::Arc, time::Duration};

use tokio::{runtime::Handle, time::timeout};

use super::{
    Logto,
    auth_info::AuthInfo,
    deny_functions::{DenyIfAsync, Replies, call_all},
    deny_memory::TokenMemory,
    outage::Outage,
    shared::Settings,
};
use crate::{
    answer::{cause::Cause, denial::Denial},
    clock::{NoRuntime, Reading, current_runtime},
    telemetry,
    verify::Verified,
};

/// What happens to a request if a function of [`deny_if_async`](crate::LogtoBuilder::deny_if_async) does not
/// answer. An error, a panic or a timeout is not an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unanswered {
    /// 503 `Authorization service unavailable`, with `Retry-After`. The default.
    #[default]
    Unavailable,
    /// The request is served, as if the function had accepted the caller.
    Serve,
}

/// The settings of `deny_if_async`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DenyTimes {
    pub(crate) timeout: Duration,
    pub(crate) remembered_for: Duration,
    pub(crate) unanswered: Unanswered,
}

/// The maximum time that a failure is remembered, and the time in `Retry-After`. While a failure is
/// remembered, requests with the same token do not wait for a database that is down.
const FAILED_FOR: Duration = Duration::from_secs(1);

/// A busy runtime can use an answer this much later than it came.
const SLACK: Duration = Duration::from_secs(1);

/// The functions given to `deny_if_async`, and their answers.
pub(crate) struct Inquiry {
    functions: Vec<DenyIfAsync>,
    times: DenyTimes,
    answers: TokenMemory<Answer>,
    outage: Outage,
}

/// The joint answer of all functions about a token.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    verdict: Verdict,
    /// A time before the question. For a failure, the end of the question.
    at: Reading,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Denied(Denial),
    Failed,
}

/// The functions do not deny the caller.
pub(super) struct Accepted {
    /// The time of the answer, and how old the answer may be. `None` without functions.
    answer: Option<(Reading, Duration)>,
}

impl Accepted {
    /// The program did not set functions to ask.
    pub(super) fn unasked() -> Self {
        Self { answer: None }
    }

    /// Whether the answer may still be used. After a pause of the process, it can be too old.
    pub(super) fn is_recent(&self, now: Reading) -> bool {
        self.answer.is_none_or(|(at, limit)| now.since(at) <= limit)
    }
}

impl Answer {
    /// Returns the answer of a question that failed just now.
    pub(super) fn failed(auth: &AuthInfo) -> Self {
        Self {
            verdict: Verdict::Failed,
            at: read_clock(auth),
        }
    }
}

impl Inquiry {
    /// Returns `None` if `functions` is empty.
    pub(crate) fn new(functions: Vec<DenyIfAsync>, times: DenyTimes) -> Option<Self> {
        (!functions.is_empty()).then(|| Self {
            functions,
            times,
            answers: TokenMemory::new(times.remembered_for),
            outage: Outage::new(times.timeout),
        })
    }

    /// Whether the answer is not older than `deny_remembered_for` allows.
    pub(super) fn is_fresh(&self, answer: &Answer, now: Reading) -> bool {
        let limit = match answer.verdict {
            Verdict::Failed => self.times.remembered_for.min(FAILED_FOR),
            Verdict::Accepted | Verdict::Denied(_) => self.times.remembered_for,
        };
        now.since(answer.at) < limit
    }

    /// Returns the remembered answer about a token; `None` if the functions must be asked.
    #[inline]
    pub(super) fn known_answer(&self, token: &Arc<Verified>, now: Reading) -> Option<Answer> {
        let answer = self.answers.get(token)?;
        self.is_fresh(&answer, now).then_some(answer)
    }

    pub(super) fn result(&self, answer: Answer) -> Result<Accepted, Cause> {
        match (answer.verdict, self.times.unanswered) {
            (Verdict::Denied(denial), _) => Err(denial.into()),
            (Verdict::Failed, Unanswered::Unavailable) => Err(Cause::DenyUnanswered(FAILED_FOR)),
            (Verdict::Accepted, _) | (Verdict::Failed, Unanswered::Serve) => Ok(Accepted {
                answer: Some((
                    answer.at,
                    self.times.remembered_for + self.times.timeout + SLACK,
                )),
            }),
        }
    }

    async fn ask(&self, auth: &AuthInfo, now: Reading) -> Answer {
        match self.runtime(auth) {
            Some(_) => self.answer(auth, now).await,
            None => Answer::failed(auth),
        }
    }

    /// Returns the current runtime. Without a runtime that has a timer, records a failure.
    pub(super) fn runtime(&self, auth: &AuthInfo) -> Option<Handle> {
        let without = match current_runtime() {
            Ok(runtime) => return Some(runtime),
            Err(without) => without,
        };
        // At most 64 characters, because `telemetry` cuts the text there.
        let error = match without {
            NoRuntime::Outside => "the guard runs outside a tokio runtime; run it inside one",
            NoRuntime::WithoutTimer => {
                "the tokio runtime has no timer; build it with `.enable_all()`"
            }
        };
        self.record_failure(auth, error);
        None
    }

    /// Returns the shared answer about a token. If there is not one, asks the functions.
    pub(super) async fn answer(&self, auth: &AuthInfo, now: Reading) -> Answer {
        let stale = |answer: &Answer| !self.is_fresh(answer, now);
        let shared = self.answers.get_or_start(auth.verified(), stale);
        // One question takes at most half of this time. But the client of the request that asks can
        // disconnect. Then the next waiting request asks again, and the wait gets longer.
        let start = match timeout(self.times.timeout * 2, shared).await {
            Ok(Ok(answer)) => return answer,
            Ok(Err(start)) => Some(start),
            // Clients that disconnect must not make this request fail, so this request asks by itself.
            Err(_) => None,
        };
        let asked_at = read_clock(auth);
        // `None`: the limit did not allow a question. Nothing is remembered, so the next waiting request may
        // ask.
        let Some(verdict) = self.ask_functions(auth).await else {
            return Answer::failed(auth);
        };
        let answer = match verdict {
            Verdict::Failed => Answer::failed(auth),
            Verdict::Accepted | Verdict::Denied(_) => Answer {
                verdict,
                at: asked_at,
            },
        };
        // The explorer promises that it does not store a pasted token.
        if let Some(start) = start
            && !telemetry::is_quiet()
        {
            start.finish(answer);
        }
        answer
    }

    /// Asks the functions. Returns `None` without asking if the limit on questions during an outage does not
    /// allow a further question.
    async fn ask_functions(&self, auth: &AuthInfo) -> Option<Verdict> {
        let asking = self.outage.ask(auth.subject(), read_clock(auth));
        // With `Serve`, a request without a question would be served, even if a function would deny the
        // caller. So the limit does not apply.
        if asking.is_none() && self.times.unanswered == Unanswered::Unavailable {
            return None;
        }
        let Replies { denied, failed } = call_all(&self.functions, auth, self.times.timeout).await;
        match &failed {
            Some(error) => self.record_failure(auth, error),
            None if self.outage.record_answer(read_clock(auth)) => telemetry::deny_answered(),
            None => {}
        }
        Some(match (denied, failed) {
            (Some(denial), _) => Verdict::Denied(denial),
            (None, Some(_)) => Verdict::Failed,
            (None, None) => Verdict::Accepted,
        })
    }

    /// Records a failure. Logs at most one failure of an outage, and at most one in a minute.
    fn record_failure(&self, auth: &AuthInfo, error: &str) {
        self.record(auth, error, self.times.unanswered == Unanswered::Serve);
    }

    fn record(&self, auth: &AuthInfo, error: &str, served: bool) {
        if self.outage.record_failure(auth.subject(), read_clock(auth)) {
            telemetry::deny_unanswered(error, served);
        }
    }
}

fn read_clock(auth: &AuthInfo) -> Reading {
    auth.logto().verifier().clock.read()
}

impl Settings {
    /// Returns the remembered answer of `deny_if_async` about this token, or `None` if the functions must be
    /// asked. Without functions, the answer is `Ok`.
    #[inline]
    pub(super) fn known_answer(
        &self,
        token: &Arc<Verified>,
        now: Reading,
    ) -> Option<Result<Accepted, Cause>> {
        let Some(inquiry) = &self.deny_if_async else {
            return Some(Ok(Accepted::unasked()));
        };
        let answer = inquiry.known_answer(token, now)?;
        Some(inquiry.result(answer))
    }
}

impl Logto {
    /// Asks the functions of `deny_if_async`, or uses their remembered answer.
    pub(super) async fn ask_deny_if_async(
        &self,
        token: &Arc<Verified>,
        now: Reading,
    ) -> Result<Accepted, Cause> {
        match self.inquiry(token) {
            Some((inquiry, auth)) => inquiry.result(inquiry.ask(&auth, now).await),
            None => Ok(Accepted::unasked()),
        }
    }

    /// Returns why a token is refused whose answers all were too old when they could be used.
    #[cold]
    pub(super) fn answers_are_too_old(&self, token: &Arc<Verified>) -> Cause {
        if let Some((inquiry, auth)) = self.inquiry(token) {
            let error = "each answer was too old, as after a pause of the process";
            inquiry.record(&auth, error, false);
        }
        Cause::DenyUnanswered(FAILED_FOR)
    }

    /// Returns the functions, and the caller to ask them about. `None` without functions.
    pub(super) fn inquiry(&self, token: &Arc<Verified>) -> Option<(&Inquiry, AuthInfo)> {
        let inquiry = self.settings().deny_if_async.as_ref()?;
        Some((inquiry, AuthInfo::new(Arc::clone(token), self.clone())))
    }
}
