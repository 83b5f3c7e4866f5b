//! Every token of the corpora in `corpora/` gets its documented answer. The work that a token causes grows no
//! faster than the token's length.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use allocation_counter::measure;
use axum::{Router, http::HeaderValue, response::IntoResponse, routing::get as on_get};
use http::header::AUTHORIZATION;
use logto_runtime::{AuthInfo, Logto, Rejection, test_util::TestTenant};

use crate::{
    corpora::{CASES, Case, Expected, Services},
    support::{Answer, ORG, PRODUCTS, at, get, send},
};

/// Verifies a token. The key set is fixed, so the future must be ready at the first poll.
fn verify(logto: &Logto, token: &str) -> Result<AuthInfo, Rejection> {
    let verifying = pin!(logto.verify(token));
    match verifying.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(verdict) => verdict,
        Poll::Pending => panic!("verification waits, although the key set is fixed"),
    }
}

async fn assert_answers(case: &Case, verdict: Result<AuthInfo, Rejection>) {
    match (verdict, case.expected) {
        (Ok(_), Expected::Accepted) => {}
        (Ok(_), expected) => panic!("{}: accepted, not {expected:?}: {}", case.name, case.token),
        (Err(rejection), expected) => {
            let code = rejection.code();
            let answer = Answer::of(rejection.into_response()).await;
            let fits = expected.refusals().contains(&answer);
            assert!(
                fits,
                "{}: {code}, not {expected:?}: {}",
                case.name, case.token
            );
        }
    }
}

#[tokio::test]
async fn every_case_gets_its_documented_answer_the_first_and_the_second_time() {
    let mut services = Services::new(|service| service.logto().build().unwrap());
    for case in CASES.iter() {
        let logto = services.of(case);
        for _ in 0..2 {
            assert_answers(case, verify(logto, &case.token)).await;
        }
    }
}

#[tokio::test]
async fn every_case_that_fits_a_header_gets_the_same_answer_over_http() {
    async fn handler(auth: AuthInfo) -> String {
        auth.subject().len().to_string()
    }
    let mut apps = Services::new(|service| {
        let logto = service.logto().build().unwrap();
        Router::new().route("/", on_get(handler)).with_state(logto)
    });
    let mut sent = 0;
    for case in CASES.iter() {
        let value = HeaderValue::from_bytes(format!("Bearer {}", case.token).as_bytes());
        // Leaves out tokens that start with a space. In a header, spaces before the token are ignored, so the
        // rest of such a token could be accepted.
        let (Ok(value), false) = (value, case.token.starts_with(' ')) else {
            continue;
        };
        let mut request = get("/", &[]);
        request.headers_mut().insert(AUTHORIZATION, value);
        let answer = send(apps.of(case), request).await;
        match case.expected {
            Expected::Accepted => assert_eq!(answer.status, 200, "{}", case.name),
            expected => {
                assert!(
                    expected.refusals().contains(&answer),
                    "{}: {answer:?}",
                    case.name
                );
            }
        }
        sent += 1;
    }
    assert!(sent > 5_000, "{sent}");
}

/// Inserts bytes into a header, because a header can hold bytes that a `&str` cannot hold.
#[tokio::test]
async fn any_inserted_byte_makes_the_token_invalid() {
    let case = accepted_cases().next().unwrap();
    let logto = case.service.logto().build().unwrap();
    let app = Router::new()
        .route("/", on_get(async |_: AuthInfo| {}))
        .with_state(logto);
    for byte in 0..=u8::MAX {
        for at in [1, case.token.len() / 2, case.token.len()] {
            let (before, behind) = case.token.as_bytes().split_at(at);
            let value = [b"Bearer ", before, &[byte], behind].concat();
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                let mut request = get("/", &[]);
                request.headers_mut().insert(AUTHORIZATION, value);
                assert_eq!(
                    send(&app, request).await,
                    Answer::invalid_token(),
                    "{byte:#04x} at {at}"
                );
            }
        }
    }
}

fn accepted_cases() -> impl Iterator<Item = &'static Case> {
    CASES
        .iter()
        .filter(|case| case.expected == Expected::Accepted)
}

/// Measures allocations, not time, because the machine can be busy.
#[test]
fn the_work_that_a_token_causes_grows_no_faster_than_its_length() {
    let mut services =
        Services::new(|service| service.logto().token_cache_bytes(0).build().unwrap());
    for case in CASES.iter() {
        let logto = services.of(case);
        // The first verification allocates more than later ones. It is not measured.
        drop(verify(logto, "e30.e30.e30"));
        let work = measure(|| drop(verify(logto, &case.token)));
        // Tokens of more than 16 KiB are refused because of their length.
        let length = case.token.len().min(16 * 1_024) as u64;
        let (bytes, count) = (work.bytes_total, work.count_total);
        assert!(
            bytes <= 16 * 1_024 + 8 * length,
            "{}: {bytes} bytes",
            case.name
        );
        assert!(
            count <= 256 + length / 16,
            "{}: {count} allocations",
            case.name
        );
    }
}

/// Most of these tokens are refused before a key is looked up. After the first fetch, tokens with unknown
/// keys can cause two more fetches. A fourth fetch is allowed only after some time, but the clock stands
/// still.
#[tokio::test]
async fn all_tokens_for_one_service_together_cause_three_fetches_of_the_key_set() {
    let of_one_service = |case: &Case| {
        accepted_cases()
            .filter(|other| Arc::ptr_eq(&other.service, &case.service))
            .count()
    };
    let most = accepted_cases()
        .max_by_key(|case| of_one_service(case))
        .unwrap();
    let service = &most.service;
    let tenant = TestTenant::start();
    tenant.serve_keys(service.jwks.as_str());
    let now = at(service.now);
    let logto = Logto::builder(tenant.endpoint())
        .issuer(service.issuer.as_str())
        .resource(PRODUCTS)
        .resource(ORG)
        .clock(move || now)
        .build()
        .unwrap();
    let mut asked = 0;
    for case in CASES
        .iter()
        .filter(|case| Arc::ptr_eq(&case.service, service))
    {
        assert_answers(case, logto.verify(&case.token).await).await;
        asked += 1;
    }
    assert!(asked > 1_000, "{asked}");
    assert_eq!(tenant.key_set_requests(), 3);
}
