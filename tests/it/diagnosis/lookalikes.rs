//! Text that clients send instead of an access token. The log says what the text probably is, and names the
//! fix.

use logto_runtime::test_util::TestTenant;

use super::Observed;
use crate::support::{NOW, PRODUCTS, at};

/// 43 characters of base64url, like Logto's opaque tokens and refresh tokens.
const OPAQUE: &str = "JVae9DBySa6UdyV4XwD7QNeH4BlFmq0e2pcLDef5_rT";

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, ["read:products"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

#[tokio::test]
async fn text_in_the_place_of_a_token_gets_the_code_and_the_reason_for_its_kind() {
    let tenant = tenant();
    let api = Observed::new(tenant.logto());
    let token = tenant.token().user("alice").mint();
    let [header, claims, signature]: [&str; 3] =
        token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let failed = "token_request_failed";
    let placeholder = "placeholder_token";
    let truncated = "truncated_token";
    let malformed = "malformed_token";
    for (text, code, reason) in [
        (OPAQUE.to_owned(), "opaque_token", "a refresh token"),
        (OPAQUE[1..].to_owned(), malformed, "no dot"),
        (format!("{OPAQUE}x"), malformed, "no dot"),
        (OPAQUE.replace('_', "!"), malformed, "no dot"),
        ("secret".to_owned(), malformed, "no dot"),
        (
            "pat_5HNsOCX1VvG2RkMa8qUeKfLzYtQw0bJd".to_owned(),
            "personal_access_token",
            "exchange it",
        ),
        (
            "sub_hzbqpr4lmc7t0xw2vy8ka".to_owned(),
            "subject_token",
            "exchange it",
        ),
        ("undefined".to_owned(), placeholder, "`undefined`"),
        ("null".to_owned(), placeholder, "`null`"),
        ("None".to_owned(), placeholder, "`None`"),
        ("nil".to_owned(), placeholder, "`nil`"),
        (
            "[object Promise]".to_owned(),
            placeholder,
            "`[object Promise]`",
        ),
        (
            "[object Object]".to_owned(),
            placeholder,
            "`[object Object]`",
        ),
        ("$TOKEN".to_owned(), placeholder, "not filled in"),
        ("${TOKEN}".to_owned(), placeholder, "not filled in"),
        ("{{access.token}}".to_owned(), placeholder, "not filled in"),
        (
            "<your.access.token>".to_owned(),
            placeholder,
            "not filled in",
        ),
        (header.to_owned(), truncated, "cut off"),
        (format!("{header}."), truncated, "cut off"),
        (format!("{header}.{claims}"), truncated, "cut off"),
        (format!("{header}.{claims}."), truncated, "cut off"),
        (
            format!("Bearer {token}"),
            "repeated_bearer",
            "begins with the word Bearer",
        ),
        (
            format!("bearer  {token}"),
            "repeated_bearer",
            "begins with the word Bearer",
        ),
        (
            "Bearer".to_owned(),
            "repeated_bearer",
            "begins with the word Bearer",
        ),
        (
            format!("Bearer {OPAQUE}"),
            "repeated_bearer",
            "begins with the word Bearer",
        ),
        ("oidc.access_denied".to_owned(), failed, "access_denied"),
        ("oidc.invalid_target".to_owned(), failed, "invalid_target"),
        ("oidc.of_a_later_version".to_owned(), failed, "failed"),
        ("invalid_client".to_owned(), failed, "invalid_client"),
        (
            r#"{"code":"oidc.invalid_grant","error":"invalid_grant"}"#.to_owned(),
            failed,
            "failed",
        ),
        (
            format!(r#"{{"access_token":"{token}","expires_in":3600}}"#),
            malformed,
            "whole token response",
        ),
        (format!("\"{token}\""), malformed, "quotation marks"),
        (
            format!("{header}..{signature}"),
            malformed,
            "three segments",
        ),
        (format!("{token}.{signature}"), malformed, "three segments"),
        (format!("{token}="), malformed, "three segments"),
        (format!("{token} "), malformed, "three segments"),
    ] {
        let refusal = api.refusal("/any", &[&format!("Bearer {text}")]).await;
        let event = &refusal.event;
        assert_eq!((refusal.code, refusal.status), (code, 401), "{text}");
        let logged = &event.fields["reason"];
        assert!(logged.contains(reason), "{text}: {logged}");
        assert!(logged.contains("; "), "{text}: no fix in: {logged}");
        assert!(!format!("{event:?}").contains(OPAQUE), "{event:?}");
        assert!(!format!("{event:?}").contains(signature), "{event:?}");
    }
}

/// Some of the errors that a failed token request can have.
const ERRORS: [&str; 7] = [
    "access_denied",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_target",
    "unsupported_grant_type",
];

#[tokio::test]
async fn the_reason_names_the_token_request_error_that_was_sent_as_a_token() {
    let tenant = tenant();
    let api = Observed::new(tenant.logto());
    for error in ERRORS {
        for text in [
            error.to_owned(),
            format!("oidc.{error}"),
            format!(r#"{{"code":"oidc.{error}","message":"Access denied.","error":"{error}"}}"#),
            format!(r#"{{"error": "{error}"}}"#),
        ] {
            let refusal = api.refusal("/any", &[&format!("Bearer {text}")]).await;
            assert_eq!(refusal.code, "token_request_failed", "{text}");
            let reason = &refusal.event.fields["reason"];
            assert!(reason.contains(error), "{text}: {reason}");
        }
    }
}
