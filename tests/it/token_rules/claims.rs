//! Tests the claims of a token: the required ones, their types, and duplicates.

use serde_json::{Value, json};

use super::{Api, decoded, segments};
use crate::support::Answer;

/// Returns values of every JSON type, except those for which `kind` returns `true`.
fn values_except(kind: fn(&Value) -> bool) -> Vec<Value> {
    let all = [
        json!(null),
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("text"),
        json!([]),
        json!(["text"]),
        json!({}),
        json!({"sub": "text"}),
    ];
    all.into_iter().filter(|value| !kind(value)).collect()
}

#[tokio::test]
async fn claims_that_rfc_9068_requires_are_required() {
    let api = Api::start();
    for claim in ["iss", "exp", "iat", "aud", "sub", "client_id", "jti"] {
        api.refuses(claim, &api.token().without_claim(claim).mint())
            .await;
    }
}

#[tokio::test]
async fn an_ill_typed_claim_and_an_empty_issuer_or_id_are_refused() {
    let api = Api::start();
    for claim in ["iss", "sub", "client_id", "jti"] {
        for value in values_except(|value| value == "text") {
            let token = api.token().claim(claim, &value).mint();
            api.refuses(&format!("{claim} {value}"), &token).await;
        }
    }
    for value in values_except(Value::is_i64) {
        for claim in ["exp", "iat", "nbf"] {
            let token = api.token().claim(claim, &value).mint();
            api.refuses(&format!("{claim} {value}"), &token).await;
        }
    }
    for value in values_except(Value::is_string) {
        let token = api.token().claim("scope", &value).mint();
        api.refuses(&format!("scope {value}"), &token).await;
    }
    for value in values_except(|value| value == "text") {
        let token = api.token().claim("organization_id", &value).mint();
        api.refuses(&format!("organization_id {value}"), &token)
            .await;
    }
    for value in values_except(|value| value == &json!({"sub": "text"})) {
        let token = api.token().claim("act", &value).mint();
        api.refuses(&format!("act {value}"), &token).await;
    }
}

#[tokio::test]
async fn only_the_exact_issuer_is_trusted() {
    let api = Api::start();
    let issuer = api.tenant.issuer();
    for wrong in [
        format!("{issuer}/"),
        format!("{issuer} "),
        format!("{issuer}#"),
        format!("{issuer}\0"),
        issuer.to_uppercase(),
        issuer.replace("/oidc", ""),
        issuer.replace("https", "http"),
        format!("{issuer}.evil.example"),
        format!("{issuer},https://evil.example"),
        "https://evil.example/oidc".to_owned(),
    ] {
        api.refuses(&wrong, &api.token().issuer(&wrong).mint())
            .await;
    }
}

#[tokio::test]
async fn every_configured_issuer_is_trusted_and_replaces_the_derived_one() {
    let mut api = Api::start();
    let custom = "https://auth.example.com/oidc";
    let issuers = api
        .tenant
        .logto()
        .issuer(custom)
        .issuer("https://old.example.com/oidc");
    api.app = super::app(issuers);
    for issuer in [custom, "https://old.example.com/oidc"] {
        api.accepts(issuer, &api.token().issuer(issuer).mint())
            .await;
    }
    api.refuses("the derived one", &api.token().mint()).await;
}

#[tokio::test]
async fn an_absent_scope_claim_is_the_same_as_an_empty_one() {
    let api = Api::start();
    let none = Answer::ok("alice []");
    for (case, token) in [
        ("absent", api.token().without_claim("scope")),
        ("empty", api.token().claim("scope", "")),
        ("white space", api.token().claim("scope", "  ")),
    ] {
        api.answers(case, "/products", &token.mint(), &none).await;
    }
    let token = api.token().claim("scope", " b  a b\ta ").mint();
    let scopes = Answer::ok(r#"alice ["b", "a", "b\ta"]"#);
    api.answers("only spaces separate", "/products", &token, &scopes)
        .await;
}

#[tokio::test]
async fn a_duplicate_claim_is_refused() {
    let api = Api::start();
    let [_, claims, _] = segments(&api.token().mint()).map(decoded);
    let claims = String::from_utf8(claims).unwrap();
    let issuer = format!(r#""iss":"{}""#, api.tenant.issuer());
    for twice in [
        issuer.as_str(),
        r#""iss":"https://evil.example""#,
        r#""exp":9999999999"#,
        r#""iat":1"#,
        r#""aud":"https://api.example.com/products""#,
        r#""aud":["https://api.example.com/products"]"#,
        r#""sub":"mallory""#,
        r#""client_id":"evil""#,
        r#""jti":"1""#,
        r#""scope":"admin""#,
        r#""\u0073cope":"admin""#,
        r#""nbf":1,"nbf":1"#,
        r#""organization_id":"acme","organization_id":"acme""#,
        r#""act":{"sub":"a"},"act":{"sub":"a"}"#,
        r#""act":{"sub":"a","sub":"b"}"#,
        r#""act":{"sub":"a","x":1,"x":2}"#,
        r#""custom":1,"custom":1"#,
        r#""custom":{"x":1,"x":2}"#,
        r#""custom":[[{"x":1,"\u0078":2}]]"#,
    ] {
        for claims in [
            claims.replacen('{', &format!("{{{twice},"), 1),
            format!("{},{twice}}}", claims.strip_suffix('}').unwrap()),
        ] {
            let token = api.token().raw_claims(claims).mint();
            api.refuses(twice, &token).await;
        }
    }
    let spelled = claims
        .replace("scope", r"\u0073cope")
        .replace("alice", r"al\u0069ce");
    let token = api.token().raw_claims(spelled).mint();
    api.accepts("escapes in names and values", &token).await;
}

#[tokio::test]
async fn custom_claims_may_be_anything() {
    let api = Api::start();
    for value in [
        json!(null),
        json!(1e300),
        json!(u64::MAX),
        json!({"a": [{"b": null}, "\u{0}\u{1f600}"]}),
    ] {
        let token = api.token().claim("custom", &value).mint();
        api.accepts(&value.to_string(), &token).await;
    }
}
