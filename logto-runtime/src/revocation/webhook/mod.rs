//! Receives the webhooks of Logto.
//!
//! A *delivery* is one webhook request of Logto. It can add entries to the list of revocations. Logto's own
//! delivery log shows the status of the response.
//!
//! - A request can also come from a stranger. So the form of the signature is checked before the body is
//!   read, and the signature is verified before the body is parsed.
//! - An event that should revoke tokens, but does not say whose, gets 422, and the program logs an error. Any
//!   other event gets 200. If entries can't be appended to the log of revocations, the status of both is 503.
//! - Logto sends deliveries in any order, and each of them once. If a delivery has a time in its body, its
//!   entries use this time. So the list does not change if somebody sends this delivery again.
//!
//! Reading order: this file, `body.rs`, `signature.rs`, `answer.rs`, `shallow.rs`, `delivery.rs` and
//! `created_at.rs` (the JSON fields of a body), `meaning.rs` (what an event revokes) and `replay.rs`
//! (deliveries from Logto's own log).

mod answer;
mod body;
mod created_at;
mod delivery;
pub(crate) mod meaning;
pub(crate) mod replay;
pub(crate) mod shallow;
pub(crate) mod signature;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::Request,
    routing::{MethodRouter, post},
};

use self::{answer::Answer, body::read, delivery::Delivery, signature::SigningKeys};
use super::{
    Revocations,
    moment::Moment,
    record::{Record, Source},
};
use crate::{clock::Reading, config::ConfigError, telemetry};

/// The shortest time between two errors about bodies that are too long.
const REPORT_EVERY: Duration = Duration::from_secs(60);

/// How far the time of a delivery may be ahead of our clock without a warning, in milliseconds.
const AHEAD: i64 = 60_000;

impl Revocations {
    /// Returns a handler for the webhooks of Logto. Each request must be signed with one of these keys.
    ///
    /// The signing key is on the page of the webhook in the Logto console. While you replace a key, pass the
    /// old key and the new key. Logto must be able to reach the route. The route does not need a guard,
    /// because a valid signature proves that the request comes from Logto.
    ///
    /// ```
    /// use axum::Router;
    /// use logto_runtime::Revocations;
    ///
    /// # fn app(revocations: &Revocations, signing_key: String) -> Router {
    /// Router::new().route("/webhooks/logto", revocations.webhook([signing_key]))
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `signing_keys` is empty. Also panics if a key has fewer than 16 characters, or begins or
    /// ends with white space. A service that can't check signatures must not start.
    /// [`try_webhook`](Self::try_webhook) returns an error instead.
    #[track_caller]
    pub fn webhook<S>(&self, signing_keys: impl IntoIterator<Item: Into<String>>) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        match self.try_webhook(signing_keys) {
            Ok(handler) => handler,
            #[expect(
                clippy::panic,
                reason = "panics on a wrong setting when the program starts, as axum's routers do"
            )]
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns the handler of [`webhook`](Self::webhook), but fails instead of panicking. Use this method for
    /// keys that the program reads when it starts.
    ///
    /// # Errors
    ///
    /// Fails for the keys for which [`webhook`](Self::webhook) panics.
    pub fn try_webhook<S>(
        &self,
        signing_keys: impl IntoIterator<Item: Into<String>>,
    ) -> Result<MethodRouter<S>, ConfigError>
    where
        S: Clone + Send + Sync + 'static,
    {
        let route = Arc::new(Route {
            keys: SigningKeys::new(signing_keys)?,
            reported_at: Moment::unset(),
        });
        self.shared.called.expect(self.now());
        if let Some(attached) = &self.shared.attached {
            attached.set_receives();
        }
        let revocations = self.clone();
        Ok(post(move |request: Request| {
            let (route, revocations) = (Arc::clone(&route), revocations.clone());
            async move { revocations.receive(&route, request).await }
        }))
    }

    async fn receive(&self, route: &Route, request: Request) -> Answer {
        let answer = match read(&route.keys, request).await {
            Ok(delivery) => {
                self.note_delivery(&delivery);
                let answer = self.apply_delivery(&delivery);
                // This replica rejects the tokens already. If the entries can't be appended for the other
                // replicas, Logto's own delivery log shows the error.
                self.flush().await.map_or(Answer::NotLogged, |()| answer)
            }
            Err(answer) => {
                if answer == Answer::TooLarge && route.must_report(self.now()) {
                    telemetry::webhook_too_long();
                }
                answer
            }
        };
        telemetry::webhook_answered(answer.outcome());
        answer
    }

    /// Notes the time of a delivery: when Logto reached this process, and what Logto's clock has shown.
    fn note_delivery(&self, delivery: &Delivery) {
        let (created_at, now) = (delivery.created_at(), self.now());
        self.shared.called.received(created_at, now);
        if let Some(created_at) = created_at {
            self.learn_time(created_at, now);
            // If our clock is ahead, the delivery may seem too old to matter. It must still be applied.
            self.may_be(created_at, now);
        }
    }

    fn apply_delivery(&self, delivery: &Delivery) -> Answer {
        let mut decided = self.decide(delivery, self.logto_millis());
        let applied = !decided.records.is_empty();
        // Keeps only the records that the list lacks. Otherwise somebody could fill the log by sending a
        // delivery again and again. An entry of the list is in the log already, or waits in `pending`.
        self.retain_lacking(&mut decided.records);
        let unreadable = self.apply_decided(delivery, &decided);
        let seems_over = |at: i64| {
            let (horizon, now) = (self.horizon(), self.now_seconds());
            horizon.is_over(at.div_euclid(1_000), now)
        };
        if applied && delivery.created_at().is_some_and(seems_over) {
            telemetry::webhook_late(delivery.event());
        }
        match unreadable {
            Some(_) => Answer::Unreadable,
            None if applied => Answer::Revoked,
            None if decided.roles_changed => Answer::RoleChange,
            None => Answer::Ignored,
        }
    }

    /// Returns what a delivery revokes. A delivery without a time counts as sent at `fallback`.
    fn decide(&self, delivery: &Delivery, fallback: i64) -> Decided {
        let meaning = meaning::of(delivery, self.handling());
        let moment = delivery.created_at().unwrap_or(fallback);
        let revoke = meaning.revoke.into_iter();
        Decided {
            records: revoke
                .map(|(target, margin)| Record::at(moment, margin, target))
                .collect(),
            roles_changed: meaning.roles_changed,
            unreadable: meaning.unreadable,
        }
    }

    /// Applies the entries, and then logs warnings and errors about the delivery. Returns the JSON field that
    /// can't be read, if there is one.
    fn apply_decided(&self, delivery: &Delivery, decided: &Decided) -> Option<&'static str> {
        let event = delivery.event();
        self.apply(
            &decided.records,
            &Source {
                event,
                actor: delivery.ip(),
            },
        );
        if !decided.records.is_empty() {
            let ahead = |at: i64| at.saturating_sub(self.now_millis());
            match delivery.created_at().map(ahead) {
                None => telemetry::webhook_without_time(event),
                Some(ahead) if ahead > AHEAD => telemetry::webhook_ahead(event, ahead / 1_000),
                Some(_) => {}
            }
        }
        if decided.roles_changed {
            telemetry::roles_changed(event);
        }
        if let Some(field) = decided.unreadable {
            telemetry::webhook_unreadable(event, field);
        }
        decided.unreadable
    }
}

/// A route that receives webhooks.
struct Route {
    keys: SigningKeys,
    /// When an error about a body that is too long was last logged.
    reported_at: Moment,
}

impl Route {
    /// Whether to log an error about a body that is too long. A stranger can also send such bodies, because
    /// their signature is not verified. So errors must not follow each other too fast.
    fn must_report(&self, now: Reading) -> bool {
        let due = (self.reported_at.age(now)).is_none_or(|age| age > REPORT_EVERY);
        if due {
            self.reported_at.set(now);
        }
        due
    }
}

/// What to do about a delivery.
struct Decided {
    records: Vec<Record>,
    roles_changed: bool,
    unreadable: Option<&'static str>,
}
