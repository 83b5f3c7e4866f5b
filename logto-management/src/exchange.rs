//! Sends a request, and waits while the tenant is busy.

use std::{error::Error as _, sync::Arc, time::Duration};

use reqwest::{
    Client, RequestBuilder,
    header::{HeaderMap, RETRY_AFTER},
};

use crate::{answer::Answer, error::Error};

/// The wait after the first 429 or 5xx. Each further 429 or 5xx doubles the wait, up to [`LONGEST_WAIT`]. If
/// the response has a `Retry-After` that counts, its time replaces the wait.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait without a `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// How many waits of a request can be zero because of `Retry-After: 0`. Later, `Retry-After: 0` does not
/// count. Otherwise, a tenant that stays busy would get one request after the other, without a pause.
const ZERO_WAITS: u32 = 3;

/// A wait for a busy tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// The HTTP status of the response: 429 or 5xx.
    pub status: u16,
    /// The time until the request is sent again.
    pub duration: Duration,
}

pub(crate) type OnWait = Arc<dyn Fn(Wait) + Send + Sync>;

/// Sends requests.
pub(crate) struct Exchange {
    pub(crate) http: Client,
    patience: Duration,
    on_wait: Option<OnWait>,
    /// Whether `Retry-After` of a 5xx counts. `Retry-After` of a 429 always counts.
    heeds_5xx: bool,
}

impl Exchange {
    pub(crate) fn new(http: Client, patience: Duration, on_wait: Option<OnWait>) -> Self {
        Self {
            http,
            patience,
            on_wait,
            heeds_5xx: true,
        }
    }

    /// Limits how long one request waits in total, and ignores `Retry-After` of 5xx. A maintenance page can
    /// ask for a wait of a whole day.
    #[cfg(feature = "reconciler")]
    pub(crate) fn bound_waits(&mut self, longest: Duration) {
        self.patience = self.patience.min(longest);
        self.heeds_5xx = false;
    }

    /// Sends the request that `request` builds, and returns the response. After 429 or 5xx, waits and sends
    /// the request again. Fails at once if the waits would take longer than `patience` in total.
    ///
    /// Every call of this client is safe to send twice. Logto answers the second creation of an item with
    /// 422.
    pub(crate) async fn send(
        &self,
        endpoint: &str,
        call: &str,
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Answer, Error> {
        let mut left = self.patience;
        let mut next = FIRST_WAIT;
        let mut zero_waits = 0;
        loop {
            let response = request(&self.http).send().await;
            let response = response.map_err(|error| unreachable(endpoint, &error))?;
            let status = response.status().as_u16();
            if status != 429 && status < 500 {
                let read = Answer::read(response).await;
                return read.map_err(|problem| Error::Answer {
                    call: call.to_owned(),
                    problem,
                });
            }
            let heeds = status == 429 || self.heeds_5xx;
            let asked = retry_after(response.headers()).filter(|_| heeds);
            let counts = |asked: &Duration| !asked.is_zero() || zero_waits < ZERO_WAITS;
            let duration = asked.filter(counts).unwrap_or(next);
            zero_waits += u32::from(duration.is_zero());
            let busy = |after| Error::Busy {
                endpoint: endpoint.to_owned(),
                status,
                after,
            };
            left = left.checked_sub(duration).ok_or_else(|| busy(asked))?;
            // Counts each wait as 10 ms longer, so that waits of zero also use up `patience`.
            left = left.saturating_sub(Duration::from_millis(10));
            if left.is_zero() {
                return Err(busy(asked));
            }
            if let Some(on_wait) = &self.on_wait {
                on_wait(Wait { status, duration });
            }
            tokio::time::sleep(duration).await;
            next = (next * 2).min(LONGEST_WAIT);
        }
    }
}

/// Returns the seconds of `Retry-After` (RFC 9110 §10.2.3). A date is ignored.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// Returns the error with its innermost reason, which names neither the URL nor a header.
fn unreachable(endpoint: &str, error: &reqwest::Error) -> Error {
    let reason = if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        let mut source = error.source();
        let mut reason = "the request failed".to_owned();
        while let Some(error) = source {
            reason = error.to_string();
            source = error.source();
        }
        reason
    };
    Error::Unreachable {
        endpoint: endpoint.to_owned(),
        reason,
    }
}
