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
//! Reading order: this file, `signature.rs`, `shallow.rs`, `delivery.rs` and `created_at.rs` (the JSON fields
//! of a body), `meaning.rs` (what an event revokes) and `replay.rs` (deliveries from Logto's own log).

mod created_at;
mod delivery;
pub(crate) mod meaning;
pub(crate) mod replay;
pub(crate) mod shallow;
pub(crate) mod signature;

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::Request,
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use http::{StatusCode, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use self::{
    delivery::Delivery,
    signature::{Signature, SigningKeys},
};
use super::{
    Revocations,
    record::{Record, Source},
};
use crate::{config::ConfigError, telemetry};

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 1024 * 1024;

/// How long a body may take to arrive.
const READ_WITHIN: Duration = Duration::from_secs(2);

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
        let keys = Arc::new(SigningKeys::new(signing_keys)?);
        self.shared.called.expect(self.now());
        if let Some(attached) = &self.shared.attached {
            attached.set_receives();
        }
        let revocations = self.clone();
        Ok(post(move |request: Request| {
            let (keys, revocations) = (Arc::clone(&keys), revocations.clone());
            async move { revocations.receive(&keys, request).await }
        }))
    }

    async fn receive(&self, keys: &SigningKeys, request: Request) -> Answer {
        let answer = match read(keys, request).await {
            Ok(delivery) => {
                self.note_delivery(&delivery);
                let answer = self.apply_delivery(&delivery);
                // This replica rejects the tokens already. If the entries can't be appended for the other
                // replicas, Logto's own delivery log shows the error.
                self.flush().await.map_or(Answer::NotLogged, |()| answer)
            }
            Err(answer) => answer,
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

/// What to do about a delivery.
struct Decided {
    records: Vec<Record>,
    roles_changed: bool,
    unreadable: Option<&'static str>,
}

/// Reads a delivery and verifies its signature. If that fails, returns the response to the request.
async fn read(keys: &SigningKeys, request: Request) -> Result<Delivery, Answer> {
    let (head, body) = request.into_parts();
    let signature = Signature::of(&head.headers).ok_or(Answer::BadSignature)?;
    let announced = head.headers.get(CONTENT_LENGTH).map(|value| {
        let length = value.to_str().ok().and_then(|value| value.parse().ok());
        length.unwrap_or(usize::MAX)
    });
    if announced.is_some_and(|length| length > LONGEST_BODY) {
        return Err(Answer::TooLarge);
    }
    let body = Limited::new(body, LONGEST_BODY).collect();
    let body = match tokio::time::timeout(READ_WITHIN, body).await {
        Err(_) => return Err(Answer::TooSlow),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Answer::TooLarge),
        Ok(Err(_)) => return Err(Answer::NotADelivery),
        Ok(Ok(body)) => body.to_bytes(),
    };
    if !keys.signed(&body, &signature) {
        return Err(Answer::BadSignature);
    }
    Delivery::parse(&body).ok_or_else(|| {
        // The signature is right, so Logto sent this body. Its event may be one that should revoke tokens.
        telemetry::webhook_unreadable("unknown", "event");
        Answer::NotADelivery
    })
}

/// The response to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Revoked,
    /// Users may have lost scopes. Because of [`meaning::RoleChange::Log`], nothing was revoked.
    RoleChange,
    Ignored,
    NotADelivery,
    BadSignature,
    TooSlow,
    TooLarge,
    Unreadable,
    NotLogged,
}

impl Answer {
    /// Returns the value of `outcome`, a label of the webhook counter.
    fn outcome(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::RoleChange => "role_change",
            Self::Ignored => "ignored",
            Self::NotADelivery => "not_a_delivery",
            Self::BadSignature => "bad_signature",
            Self::TooSlow => "too_slow",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::NotLogged => "not_logged",
        }
    }

    /// Returns the status and the error. Logto shows both in its delivery log.
    fn status(self) -> (StatusCode, Option<&'static str>) {
        match self {
            Self::Revoked | Self::RoleChange | Self::Ignored => (StatusCode::OK, None),
            Self::NotADelivery => (StatusCode::BAD_REQUEST, Some("Not a webhook of Logto")),
            Self::BadSignature => (StatusCode::UNAUTHORIZED, Some("Invalid signature")),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, Some("Body too slow")),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Some("Body too large")),
            Self::Unreadable => (
                StatusCode::UNPROCESSABLE_ENTITY,
                Some("The event does not say whose tokens to revoke"),
            ),
            Self::NotLogged => (
                StatusCode::SERVICE_UNAVAILABLE,
                Some("Applied by this replica, but the log of revocations is out of reach"),
            ),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status, error) = self.status();
        match error {
            Some(error) => (status, Json(serde_json::json!({ "error": error }))).into_response(),
            None => status.into_response(),
        }
    }
}
