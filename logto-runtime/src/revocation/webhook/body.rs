//! Reads the body of a webhook. A request can also come from a stranger. So little is read before the form of
//! the signature is known, and nothing is parsed before the signature is verified.

use std::time::Duration;

use axum::extract::Request;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{
    answer::Answer,
    delivery::Delivery,
    signature::{Signature, SigningKeys},
};
use crate::{clock::current_runtime, telemetry};

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 1024 * 1024;

/// How long a body may take to arrive.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// Reads a delivery and verifies its signature. If that fails, returns the response to the request.
pub(super) async fn read(keys: &SigningKeys, request: Request) -> Result<Delivery, Answer> {
    let (head, body) = request.into_parts();
    let signature = Signature::of(&head.headers).ok_or(Answer::BadSignature)?;
    let announced = head.headers.get(CONTENT_LENGTH).map(|value| {
        let length = value.to_str().ok().and_then(|value| value.parse().ok());
        length.unwrap_or(usize::MAX)
    });
    if announced.is_some_and(|length| length > LONGEST_BODY) {
        return Err(Answer::TooLarge);
    }
    // Without a timer, `timeout` would panic.
    if current_runtime().is_err() {
        return Err(Answer::WithoutTimer);
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
