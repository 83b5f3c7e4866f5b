//! Ways in which a fetch of the key set over a socket can fail.

use std::{io::Write, time::Duration};

use axum::http::StatusCode;
use flate2::{Compression, write::GzEncoder};
use logto_runtime::test_util::{Fault, TenantEndpoint};

use super::{Api, OLD, foreign_token, unavailable};
use crate::support::Answer;

/// Checks that the first request gets 503, because its fetch fails. Then checks that a request is accepted
/// one second after the recovery.
async fn assert_unavailable_at_start(api: &Api, name: &str) {
    let answer = api.ask(&api.token()).await;
    assert_eq!(answer, unavailable("1"), "{name}");
    assert_eq!(api.tenant.key_set_requests(), 1, "{name}");
    api.tenant.recover();
    api.tenant.advance(Duration::from_secs(1));
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"), "{name}");
}

#[tokio::test]
async fn a_status_other_than_200_is_a_failure() {
    for status in [
        201, 204, 206, 301, 304, 400, 401, 403, 404, 429, 500, 502, 503,
    ] {
        let api = Api::new();
        let body = api.tenant.jwks_json();
        let status = StatusCode::from_u16(status).unwrap();
        api.tenant.answer_with(status, [], body);
        assert_unavailable_at_start(&api, status.as_str()).await;
    }
}

#[tokio::test]
async fn a_body_that_is_not_a_usable_key_set_is_a_failure() {
    let whole = Api::new().tenant.jwks_json();
    let half = &whole[..whole.len() / 2];
    let many = vec![r#"{"kty":"oct"}"#; 65].join(",");
    for (name, body) in [
        ("nothing", String::new()),
        ("html", "<!doctype html><h1>It works!</h1>".to_owned()),
        ("half", half.to_owned()),
        ("two", format!("{whole}{whole}")),
        ("no set", "[]".to_owned()),
        ("empty set", r#"{"keys":[]}"#.to_owned()),
        (
            "only unusable keys",
            r#"{"keys":[{"kty":"oct","kid":"k"}]}"#.to_owned(),
        ),
        ("65 keys", format!(r#"{{"keys":[{many}]}}"#)),
        ("replaced letters", whole.replace('k', "\u{fffd}")),
    ] {
        let api = Api::new();
        api.tenant.serve_keys(body);
        assert_unavailable_at_start(&api, name).await;
    }
}

#[tokio::test]
async fn a_key_set_of_any_media_type_is_accepted() {
    for media_type in ["text/plain", "application/json", "nonsense"] {
        let api = Api::new();
        let headers = [("content-type", media_type)];
        let body = api.tenant.jwks_json();
        api.tenant.answer_with(StatusCode::OK, headers, body);
        assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    }
}

/// Returns the key set of the tenant, padded with white space to this length.
fn padded(api: &Api, bytes: usize) -> String {
    let document = api.tenant.jwks_json();
    let padding = " ".repeat(bytes - document.len());
    document + &padding
}

/// The library does not ask for compression. But Cargo unifies features, so a program can enable
/// the `gzip` feature of the HTTP client, as these tests do. The client then decompresses the body.
#[tokio::test]
async fn a_body_that_decompresses_to_more_than_64_kib_is_a_failure() {
    let gzip = |document: String| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(document.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let answer = |bytes: usize| {
        let api = Api::new();
        let packed = gzip(padded(&api, bytes));
        let headers = [("content-encoding", "gzip")];
        api.tenant.answer_with(StatusCode::OK, headers, packed);
        api
    };
    let api = answer(64 * 1024);
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    for bytes in [64 * 1024 + 1, 100 * 1024 * 1024] {
        assert_unavailable_at_start(&answer(bytes), &bytes.to_string()).await;
    }
}

#[tokio::test]
async fn a_truncated_answer_is_a_failure() {
    let api = Api::new();
    let whole = api.tenant.jwks_json();
    let length = (whole.len() + 1).to_string();
    let headers = [("content-length", length.as_str())];
    api.tenant.answer_with(StatusCode::OK, headers, whole);
    assert_unavailable_at_start(&api, "one byte is missing").await;
}

#[tokio::test]
async fn a_body_of_more_than_64_kib_is_a_failure() {
    let api = Api::new();
    api.tenant.serve_keys(padded(&api, 64 * 1024));
    assert_eq!(api.ask(&api.token()).await, Answer::ok("in"));
    for bytes in [64 * 1024 + 1, 100 * 1024 * 1024] {
        let api = Api::new();
        api.tenant.serve_keys(padded(&api, bytes));
        assert_unavailable_at_start(&api, &bytes.to_string()).await;
    }
}

fn follows_redirects() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn redirects_are_refused_even_if_the_client_follows_them() {
    let elsewhere = Api::new();
    for follows in [false, true] {
        let api = Api::with(|builder| {
            if follows {
                builder.http_client(follows_redirects())
            } else {
                builder
            }
        });
        elsewhere.tenant.serve_keys(api.tenant.jwks_json());
        api.tenant.redirect_to(elsewhere.tenant.jwks_uri());
        assert_unavailable_at_start(&api, "redirect").await;
        let api = Api::with(|builder| builder.http_client(follows_redirects()));
        api.tenant.redirect_to(api.tenant.jwks_uri());
        let answer = api.ask(&api.token()).await;
        assert_eq!(answer, unavailable("1"), "a redirect to itself");
    }
}

#[tokio::test]
async fn a_failure_keeps_the_current_keys() {
    for fault in [
        Fault::Fail(StatusCode::INTERNAL_SERVER_ERROR),
        Fault::RedirectTo("https://elsewhere.example/jwks".to_owned()),
        Fault::answer(StatusCode::OK, [], r#"{"keys":[]}"#),
        Fault::answer(StatusCode::OK, [], "<html>"),
        Fault::answer(StatusCode::OK, [], vec![b' '; 65 * 1024]),
    ] {
        let api = Api::warm().await;
        let token = api.token();
        api.tenant.fault(TenantEndpoint::KeySet, fault.clone());
        // The keys are so old that the request waits for the fetch, which fails.
        api.tenant.advance(OLD);
        assert_eq!(api.ask(&token).await, Answer::ok("in"), "{fault:?}");
        let health = api.logto.health();
        assert_eq!((health.keys, health.key_set_age_seconds), (1, Some(3_600)));
        assert!(health.last_error.is_some(), "{fault:?}");
        // The unknown key can be new. A failed fetch does not show whether it is new, so the answer is 503.
        assert_eq!(api.ask(&foreign_token(&api)).await, unavailable("1"));
    }
}
