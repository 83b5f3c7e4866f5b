//! Guards may log the subject and the client of a verified token, and the `kid` of any token. They must not
//! log a token, a segment of a token, a key, or the value of any other claim.

mod log;

use std::collections::BTreeSet;

use axum::response::IntoResponse;
use http::StatusCode;
use logto_runtime::{
    Algorithm, Logto,
    test_util::{SigningKey, TestTenant},
};
use serde_json::{Value, json};
use tracing::{Instrument, Span, field::Empty, trace_span};

use self::log::Log;
use crate::{
    corpora::{CASES, Case, Expected, Services},
    support::{ORG, PRODUCTS, at, with_resources_of_all_guards},
};

/// The length of the shortest text that [`secrets`] returns. Shorter text can be in log lines by chance.
const SHORTEST: usize = 8;

#[tokio::test]
async fn no_case_of_any_corpus_leaves_a_secret_in_the_log_at_any_level() {
    let log = Log::capture();
    let mut services = Services::new(|service| service.logto().build().unwrap());
    let mut lines = 0;
    for case in CASES.iter() {
        let logto = services.of(case);
        let verdict = logto.verify(&case.token).instrument(request()).await;
        let mut text = log.take();
        match verdict {
            // `Debug` shows only the subject, the client and the organization. So the output is short.
            Ok(auth) => assert!(
                format!("{auth:?}").len() < 200 + auth.subject().len(),
                "{auth:?}"
            ),
            Err(rejection) => {
                // A token can contain the same text as these settings of the service. That is not a leak.
                let settings = format!(
                    " expected_audience={PRODUCTS}, {ORG}, urn:logto:organization:<id> \
                     expected_issuer={} ",
                    case.service.issuer
                );
                assert!(text.contains(&settings), "{}: {text}", case.name);
                text = text.replace(&settings, " ");
                text += &format!("{rejection:?} {rejection}");
                text += &format!("{:?}", rejection.into_response());
            }
        }
        lines += usize::from(text.contains("request refused"));
        assert_silent(&text, case);
    }
    let refused = CASES
        .iter()
        .filter(|case| case.expected != Expected::Accepted);
    assert_eq!(lines, refused.count(), "the log was not captured");
}

/// A span that declares every field that guards fill.
fn request() -> Span {
    trace_span!(
        "request",
        logto.outcome = Empty,
        logto.subject = Empty,
        logto.client_id = Empty
    )
}

#[track_caller]
fn assert_silent(text: &str, case: &Case) {
    for secret in secrets(case) {
        assert!(
            !text.contains(&secret),
            "{}: {secret:?} is in {text}",
            case.name
        );
    }
}

/// Returns each segment of the token, each claim and header value that must not be shown, and the key
/// material. Leaves out text that is shorter than `SHORTEST`.
fn secrets(case: &Case) -> BTreeSet<String> {
    let mut secrets: BTreeSet<String> = case.token.split('.').map(str::to_owned).collect();
    let verified = matches!(case.expected, Expected::Accepted | Expected::WrongAudience);
    let (mut header, claims) = (
        case.header().unwrap_or_default(),
        case.claims().unwrap_or_default(),
    );
    let shown = ["sub", "client_id"].map(|name| claims.get(name).cloned().unwrap_or_default());
    let key_id = header.remove("kid").unwrap_or_default();
    header.retain(|name, _| !["alg", "typ"].contains(&name.as_str()));
    for value in header.values().chain(claims.values()) {
        collect(value, &mut secrets);
    }
    let scope = claims.get("scope").and_then(Value::as_str);
    secrets.extend(scope.unwrap_or_default().split(' ').map(str::to_owned));
    secrets.retain(|secret| key_id != secret.as_str());
    if verified {
        secrets.retain(|secret| !shown.contains(&json!(secret)));
    }
    let set: Value = serde_json::from_str(&case.service.jwks).unwrap();
    for key in set["keys"].as_array().unwrap() {
        for member in ["x", "y", "n", "k"] {
            secrets.extend(key[member].as_str().map(str::to_owned));
        }
    }
    secrets.retain(|secret| secret.len() >= SHORTEST);
    secrets
}

fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => drop(into.insert(number.to_string())),
        Value::String(text) => drop(into.insert(text.clone())),
        Value::Array(all) => all.iter().for_each(|one| collect(one, into)),
        Value::Object(all) => all.values().for_each(|one| collect(one, into)),
    }
}

#[tokio::test]
async fn successful_and_failed_fetches_leave_no_key_or_token_in_the_log() {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .resource(ORG, ["read:data"])
        .start();
    let logto = with_resources_of_all_guards(tenant.logto())
        .build()
        .unwrap();
    // The first `warm_up` logs a warning with scopes of the guards in this test binary. Below, a logged scope
    // is a leak, so the capture begins after this call.
    logto.warm_up().await.unwrap();
    let log = Log::capture();
    let stranger = SigningKey::generate(Algorithm::ES384);
    let mut tokens = vec![
        tenant
            .token()
            .user("alice")
            .scopes(["read:products"])
            .mint(),
        tenant.token().user("alice").tampered().mint(),
        tenant.token().user("alice").signed_by(&stranger).mint(),
        tenant
            .token()
            .user("alice")
            .audience("https://elsewhere.example/api")
            .mint(),
        tenant.token().opaque().mint(),
    ];
    logto.warm_up().await.unwrap();
    ask(&logto, &tokens).await;
    tenant.rotate(Algorithm::RS256);
    tokens.push(tenant.token().user("alice").mint());
    ask(&logto, &tokens).await;
    tenant.fail(StatusCode::BAD_GATEWAY);
    tenant.advance(std::time::Duration::from_secs(3_000));
    ask(&logto, &tokens).await;
    drop(logto.warm_up().await);
    tenant.recover();
    tenant.serve_keys("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"spoilt\",\"x\":\"c2VjcmV0LXg\",\"y\":\"c2VjcmV0LXk\"}]}");
    tenant.advance(std::time::Duration::from_secs(120));
    ask(&logto, &tokens).await;

    let text = log.take();
    for line in [
        "request refused",
        "can't fetch the key set",
        "a key of the key set is not used",
    ] {
        assert!(
            text.contains(line),
            "{line:?} is missing, was the log captured? {text}"
        );
    }
    let mut secrets: BTreeSet<_> = tokens
        .iter()
        .flat_map(|token| token.split('.'))
        .map(str::to_owned)
        .collect();
    secrets.extend(
        [
            "c2VjcmV0LXg",
            "c2VjcmV0LXk",
            "read:products",
            "https://elsewhere.example/api",
        ]
        .map(str::to_owned),
    );
    tenant.recover();
    let set: Value = serde_json::from_str(&tenant.jwks_json()).unwrap();
    for key in set["keys"].as_array().unwrap() {
        secrets.extend(
            ["x", "y", "n"]
                .iter()
                .filter_map(|name| key[name].as_str())
                .map(str::to_owned),
        );
    }
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret:?} is in the log");
    }
}

async fn ask(logto: &Logto, tokens: &[String]) {
    for token in tokens {
        drop(logto.verify(token).await);
    }
}

/// A token for another audience is verified before it is refused, so its claims are true. The claims of a
/// token with a bad signature may be forged.
#[tokio::test]
async fn the_log_names_a_refused_caller_only_after_verification() {
    let log = Log::capture();
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, ["read:products"])
        .start();
    tenant.set_now(at(1_800_000_000));
    let logto = tenant.logto().build().unwrap();
    let token = || tenant.token().user("alice-in-the-log");
    drop(
        logto
            .verify(&token().audience("https://elsewhere.example").mint())
            .await,
    );
    let text = log.take();
    assert!(
        text.contains("alice-in-the-log") && text.contains("test-app"),
        "{text}"
    );
    drop(logto.verify(&token().tampered().mint()).await);
    let text = log.take();
    assert!(
        !text.contains("alice-in-the-log") && text.contains("bad_signature"),
        "{text}"
    );
}
