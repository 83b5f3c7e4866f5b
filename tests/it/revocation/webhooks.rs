//! Recorded webhook deliveries of Logto are accepted. Deliveries that are unsigned, changed, malformed, too
//! long or too slow are refused.

use std::{
    fs, io,
    panic::{self, AssertUnwindSafe},
    path::Path,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, http::Request, routing::MethodRouter};
use bytes::Bytes;
use futures_util::stream;
use logto_runtime::{ConfigError, Revocations};
use serde_json::Value;
use tracing::Level;

use super::{KEY, World, delivery, signature, webhook};
use crate::{events::Events, support::send};

/// A recorded delivery.
struct Recorded {
    name: String,
    body: String,
    key: String,
    signature: String,
}

fn recorded() -> Vec<Recorded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/webhooks");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let Some(body) = file["raw_body"].as_str() else {
            continue;
        };
        let headers = file["headers"].as_array().unwrap().iter();
        let mut signature = headers
            .filter(|header| header[0] == "logto-signature-sha-256")
            .map(|header| header[1].as_str().unwrap().to_owned());
        all.push(Recorded {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            body: body.to_owned(),
            key: file["signing_key"].as_str().unwrap().to_owned(),
            signature: signature.next_back().unwrap(),
        });
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(all.len(), 17);
    all
}

impl Recorded {
    async fn status(&self, revocations: &Revocations) -> u16 {
        let app = Router::new().route("/webhook", revocations.webhook([&*self.key]));
        let request = delivery(self.body.clone(), Some(&self.signature));
        send(&app, request).await.status
    }
}

/// Compares only the number of entries. The module `meanings` checks which tokens each event revokes.
#[tokio::test]
async fn every_recorded_delivery_is_accepted_and_makes_the_expected_number_of_entries() {
    for one in recorded() {
        let world = World::start();
        // 2026-11-23T19:38:20Z, less than a minute after the deliveries were recorded.
        world
            .tenant
            .set_now(std::time::UNIX_EPOCH + Duration::from_millis(1_795_462_700_000));
        let entries = match &*one.name {
            "user-suspensionstatus-updated" | "user-deleted" => 1,
            // The removal of a user revokes the user's tokens for the organization, and the user's tokens
            // without an organization.
            "organization-membership-updated-2" => 2,
            // The removal of an application revokes only the application's tokens for the organization.
            "organization-membership-updated-4" => 1,
            _ => 0,
        };
        assert_eq!(one.status(&world.revocations).await, 200, "{}", one.name);
        assert_eq!(world.revocations.health().entries, entries, "{}", one.name);
    }
}

#[tokio::test]
async fn a_change_of_one_byte_of_the_body_or_of_the_signature_is_refused() {
    let world = World::start();
    let one = recorded().remove(0);
    let app = Router::new().route("/webhook", world.revocations.webhook([&*one.key]));
    for position in 0..one.body.len() {
        let mut body = one.body.clone().into_bytes();
        body[position] ^= 1;
        let answer = send(&app, delivery(body, Some(&one.signature))).await;
        assert_eq!(answer.status, 401, "byte {position} of the body");
    }
    for position in 0..one.signature.len() {
        let mut changed = one.signature.clone().into_bytes();
        changed[position] = if changed[position] == b'0' {
            b'1'
        } else {
            b'0'
        };
        let changed = String::from_utf8(changed).unwrap();
        let answer = send(&app, delivery(one.body.clone(), Some(&changed))).await;
        assert_eq!(answer.status, 401, "digit {position} of the signature");
    }
    assert_eq!(world.revocations.health().entries, 0);
}

#[tokio::test]
async fn a_signature_must_be_sent_once_and_in_the_form_that_logto_sends() {
    let world = World::start();
    let app = webhook(&world.revocations);
    let right = signature(KEY, b"{}");
    for wrong in [
        "",
        &right[1..],
        &format!("{right}0"),
        &format!("sha256={right}"),
        &right.to_uppercase(),
        // An HTTP server would drop this space, but here no server reads the request.
        &format!(" {right}"),
        &right.replace(|c: char| c.is_ascii_digit(), "g"),
        &signature("another long key", b"{}"),
    ] {
        let answer = send(&app, delivery("{}", Some(wrong))).await;
        assert_eq!(answer.status, 401, "{wrong:?}");
        assert_eq!(answer.body, r#"{"error":"Invalid signature"}"#);
    }
    assert_eq!(send(&app, delivery("{}", None)).await.status, 401);
    let mut twice = delivery("{}", Some(&right));
    let value = right.parse().unwrap();
    twice.headers_mut().append("logto-signature-sha-256", value);
    assert_eq!(send(&app, twice).await.status, 401);
}

#[tokio::test]
async fn a_delivery_signed_with_any_of_several_keys_is_accepted() {
    let world = World::start();
    let (old, new) = ("the old long key", "the new long key");
    let keys = world.revocations.webhook([old, new]);
    let app: Router = Router::new().route("/webhook", keys);
    let body = r#"{"event":"PostSignIn"}"#;
    for (key, status) in [(old, 200), (new, 200), ("a third long key", 401)] {
        let request = delivery(body, Some(&signature(key, body.as_bytes())));
        assert_eq!(send(&app, request).await.status, status, "{key}");
    }
}

#[test]
fn a_handler_is_not_built_without_a_key_or_with_a_bad_one() {
    let world = World::start();
    let error = |keys: &[&str]| {
        let built: Result<MethodRouter, _> = world.revocations.try_webhook(keys.iter().copied());
        built.map(drop).unwrap_err()
    };
    for (keys, value) in [
        (&[][..], "without a key"),
        (&[""], "given a key of 0 characters"),
        (&["secret-of-15-ch"], "given a key of 15 characters"),
        (&[KEY, "short"], "given a key of 5 characters"),
        (&["0123456789abcdef\n"], "given a key of 17 characters"),
    ] {
        let error = error(keys);
        assert!(
            matches!(&error, ConfigError::Setting { setting: "webhook", value: shown, .. } if shown == value),
            "{keys:?}: {error}"
        );
        for key in keys.iter().filter(|key| !key.trim().is_empty()) {
            assert!(!error.to_string().contains(key.trim()), "{error}");
        }
        // `webhook` panics for the same keys, with the same text. The text says where to find a key.
        let set_up = || drop::<MethodRouter>(world.revocations.webhook(keys.iter().copied()));
        let panicked = panic::catch_unwind(AssertUnwindSafe(set_up)).unwrap_err();
        assert_eq!(*panicked.downcast::<String>().unwrap(), error.to_string());
        assert!(error.to_string().contains("console"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_a_delivery_is_answered_400_or_413() {
    let world = World::start();
    let app = webhook(&world.revocations);
    let mebibyte = 1024 * 1024;
    let padded = |length: usize| {
        let event = r#"{"event":"PostSignIn"}"#;
        format!("{event}{}", " ".repeat(length - event.len()))
    };
    for (what, body, status) in [
        ("empty", String::new(), 400),
        ("not JSON", "event=User.Deleted".to_owned(), 400),
        ("a list", "[]".to_owned(), 400),
        ("without an event", "{}".to_owned(), 400),
        (
            "an event that is not text",
            r#"{"event":1}"#.to_owned(),
            400,
        ),
        (
            "half a delivery",
            r#"{"event":"User.Deleted""#.to_owned(),
            400,
        ),
        ("deeply nested", "[".repeat(100_000), 400),
        ("an unknown event", r#"{"event":"X"}"#.to_owned(), 200),
        ("1 MiB", padded(mebibyte), 200),
        ("1 MiB and one byte", padded(mebibyte + 1), 413),
        ("2 MiB", padded(2 * mebibyte), 413),
    ] {
        let signature = signature(KEY, body.as_bytes());
        let answer = send(&app, delivery(body.clone(), Some(&signature))).await;
        assert_eq!(answer.status, status, "{what}");
        // The body is sent again in pieces.
        let pieces: Vec<_> = body.as_bytes().chunks(60_000).map(<[u8]>::to_vec).collect();
        let pieces = pieces.into_iter().map(Ok::<_, io::Error>);
        let streamed = Body::from_stream(stream::iter(pieces));
        let answer = send(&app, delivery(streamed, Some(&signature))).await;
        assert_eq!(answer.status, status, "{what}, in pieces");
    }
    assert_eq!(world.revocations.health().entries, 0);
}

/// A `Content-Length` must be a `usize` of at most 1 MiB. Otherwise, the body is not read.
#[tokio::test]
async fn a_body_without_a_signature_or_with_a_bad_content_length_is_not_read() {
    let world = World::start();
    let app = webhook(&world.revocations);
    let unread = || {
        Body::from_stream(stream::once(async {
            panic!("the body was read");
            #[expect(unreachable_code, reason = "gives the stream its type")]
            Ok::<Bytes, io::Error>(Bytes::new())
        }))
    };
    assert_eq!(send(&app, delivery(unread(), None)).await.status, 401);
    let signature = signature(KEY, b"");
    for length in ["1048577", "99999999999999999999", "-1"] {
        let mut request: Request<Body> = delivery(unread(), Some(&signature));
        let length = length.parse().unwrap();
        request.headers_mut().insert("content-length", length);
        assert_eq!(send(&app, request).await.status, 413);
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_within_two_seconds_is_answered_408() {
    let world = World::start();
    let app = webhook(&world.revocations);
    let signature = signature(KEY, b"{}");
    let endless = Body::from_stream(stream::pending::<io::Result<Bytes>>());
    let started = Instant::now();
    let answer = send(&app, delivery(endless, Some(&signature))).await;
    assert_eq!(answer.status, 408);
    let waited = started.elapsed();
    assert!(waited >= Duration::from_secs(2), "{waited:?}");
}

/// A correct signature shows that Logto sent the body. If the body cannot be parsed, a revocation may be
/// lost.
#[tokio::test]
async fn a_signed_body_that_cannot_be_parsed_is_logged_as_an_error() {
    let world = World::start();
    let app = webhook(&world.revocations);
    for (body, signed, errors) in [("{", true, 1), ("{}", true, 1), ("{", false, 0)] {
        let signature = match signed {
            true => signature(KEY, body.as_bytes()),
            false => signature("another long key", body.as_bytes()),
        };
        let events = Events::collect();
        send(&app, delivery(body, Some(&signature))).await;
        let events = events.take();
        let logged = events.iter().filter(|it| it.level == Level::ERROR);
        assert_eq!(logged.count(), errors, "{body} {events:?}");
    }
}

#[tokio::test]
async fn methods_other_than_post_are_answered_405() {
    let world = World::start();
    let app = webhook(&world.revocations);
    for method in ["GET", "PUT", "DELETE"] {
        let request = Request::builder().method(method).uri("/webhook");
        let request = request.body(Body::empty()).unwrap();
        assert_eq!(send(&app, request).await.status, 405, "{method}");
    }
}
