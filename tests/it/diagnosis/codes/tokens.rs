//! Tests the codes of rejections in three cases: the `Authorization` header is missing or unusable, the token
//! is invalid, or the route does not accept a valid token.

use logto_runtime::{
    Algorithm,
    test_util::{SigningKey, TokenBuilder},
};
use tracing::Level;

use super::{
    Known::{self, Caller, Key, Nothing},
    assert_explains, observed, tenant,
};
use crate::support::{NOW, ORG, PRODUCTS, at};

#[tokio::test]
async fn every_wrong_token_has_its_code() {
    wrong_tokens().await;
}

/// Returns the codes that were seen.
pub(super) async fn wrong_tokens() -> Vec<&'static str> {
    let tenant = tenant();
    let api = observed(&tenant);
    let kid = tenant.signing_kid();
    let stranger = SigningKey::generate(Algorithm::ES384);
    let foreign_kid = stranger.kid().to_owned();
    let token = || tenant.token().user("alice").scopes(["read:products"]);
    let endpoint = tenant.endpoint();
    let acme = || token().organization("acme");
    let domain = "https://auth.example.com/oidc";
    let port = "http://127.0.0.1:1/oidc";
    let scheme = format!("{endpoint}/oidc").replace("http:", "https:");
    let slash = format!("{PRODUCTS}/");
    #[rustfmt::skip]
    let cases: [(&str, u16, Known, &str, TokenBuilder<'_>); 39] = [
        ("opaque_token", 401, Nothing, "/any", token().opaque()),
        ("malformed_token", 401, Nothing, "/any", token().raw_header("no JSON")),
        ("id_token", 401, Nothing, "/any", token().id_token()),
        ("id_token", 401, Nothing, "/any", token().id_token().header("typ", "JWT")),
        ("unacceptable_header", 401, Nothing, "/any", token().header("alg", "HS256")),
        ("unacceptable_header", 401, Nothing, "/any", token().header("alg", "none")),
        ("unacceptable_header", 401, Nothing, "/any", token().header("typ", "logout+jwt")),
        ("unacceptable_header", 401, Nothing, "/any", token().without_header("kid")),
        ("unacceptable_header", 401, Nothing, "/any", token().header("crit", ["exp"])),
        ("invalid_claims", 401, Nothing, "/any", token().without_claim("client_id")),
        ("invalid_claims", 401, Nothing, "/any", token().claim("organization_id", ())),
        ("issuer_without_oidc", 401, Nothing, "/any", token().issuer(endpoint)),
        ("issuer_custom_domain", 401, Nothing, "/any", token().issuer(domain)),
        ("issuer_differs_by_port", 401, Nothing, "/any", token().issuer(port)),
        ("issuer_differs_by_scheme", 401, Nothing, "/any", token().issuer(scheme)),
        ("unknown_issuer", 401, Nothing, "/any", token().issuer("https://accounts.example.com")),
        ("contradictory_organization", 401, Nothing, "/any", acme().claim("organization_id", "globex")),
        ("expired", 401, Nothing, "/any", token().issued_at(at(NOW - 7_200))),
        ("clock_skew", 401, Nothing, "/any", token().issued_at(at(NOW + 61))),
        ("clock_skew", 401, Nothing, "/any", token().claim("nbf", NOW + 61)),
        ("unknown_key", 401, Key, "/any", token().signed_by(&stranger)),
        ("algorithm_of_another_key", 401, Key, "/any", token().header("alg", "RS256")),
        ("bad_signature", 401, Key, "/any", token().tampered()),
        ("denied", 401, Caller, "/any", token().user("mallory")),
        ("audience_differs_by_trailing_slash", 401, Caller, "/any", token().resource(slash)),
        ("organization_token_without_resource", 401, Caller, "/any", acme()),
        ("organization_token_without_resource", 401, Caller, "/acme/data", acme()),
        ("invalid_audience", 401, Caller, "/any", token().resource(ORG)),
        ("token_without_organization", 401, Caller, "/acme/data", token().resource(ORG)),
        ("token_without_organization", 401, Caller, "/acme/invite", token()),
        ("resource_token_on_permission_route", 401, Caller, "/acme/invite", acme().resource(ORG)),
        ("organization_token_on_global_route", 403, Caller, "/orders", acme().resource(PRODUCTS)),
        ("organization_mismatch", 403, Caller, "/globex/invite", acme()),
        ("subject_not_accepted", 403, Caller, "/users", token().claim("sub", "test-app")),
        ("subject_mismatch", 403, Caller, "/users/bob", token()),
        ("client_not_accepted", 403, Caller, "/my-spa", token()),
        ("no_scopes_granted", 403, Caller, "/orders", token().scopes([""; 0])),
        ("insufficient_scope", 403, Caller, "/orders", token()),
        ("custom_claims_do_not_fit", 401, Caller, "/plan", token().claim("plan", 7)),
    ];
    let mut seen = Vec::new();
    for (code, status, known, uri, token) in cases {
        let token = token.mint();
        let refusal = api.refusal(uri, &[&format!("Bearer {token}")]).await;
        let case = format!("{code} at {uri}: {:?}", refusal.event);
        assert_eq!((refusal.code, refusal.status), (code, status), "{case}");
        assert_eq!(refusal.event.level, Level::DEBUG, "{case}");
        let kid = if code == "unknown_key" {
            &foreign_kid
        } else {
            &kid
        };
        assert_explains(&refusal, known, kid, &case);
        for value in refusal.event.fields.values() {
            assert!(!value.contains(&token), "{case}");
        }
        seen.push(refusal.code);
    }
    seen
}

#[tokio::test]
async fn missing_and_unusable_authorization_headers_have_their_codes() {
    unusable_headers().await;
}

pub(super) async fn unusable_headers() -> Vec<&'static str> {
    let tenant = tenant();
    let api = observed(&tenant);
    let long = format!("Bearer {}", "a.".repeat(8 * 1024 + 1));
    let mut seen = Vec::new();
    for (code, status, headers) in [
        ("missing_token", 401, &[][..]),
        (
            "multiple_authorization_headers",
            400,
            &["Bearer a.b.c", "Bearer a.b.c"],
        ),
        ("not_a_bearer_token", 401, &["Basic dTpw"]),
        ("malformed_token", 401, &["Bearer a.b"]),
        ("personal_access_token", 401, &["Bearer pat_a"]),
        ("subject_token", 401, &["Bearer sub_a"]),
        ("placeholder_token", 401, &["Bearer undefined"]),
        ("truncated_token", 401, &["Bearer eyJhbGciOiJFUzM"]),
        ("repeated_bearer", 401, &["Bearer Bearer a.b.c"]),
        ("token_request_failed", 401, &["Bearer oidc.access_denied"]),
        ("oversized_token", 401, &[&long]),
    ] {
        let refusal = api.refusal("/any", headers).await;
        assert_eq!((refusal.code, refusal.status), (code, status));
        assert_eq!(refusal.event.level, Level::DEBUG, "{code}");
        assert_explains(&refusal, Nothing, "", code);
        seen.push(refusal.code);
    }
    seen
}
