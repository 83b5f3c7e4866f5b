//! Each code: the request that causes it, and the event that it is logged with.

use std::{collections::BTreeSet, time::Duration};

use http::StatusCode;
use logto_runtime::{
    Algorithm, AuthInfo, Origins, RejectionCode, Revocation, TokenSource,
    test_util::{MemoryLog, SigningKey, TestTenant, TokenBuilder},
};
use tracing::Level;

use super::{Observed, Refusal};
use crate::support::{NOW, ORG, PRODUCTS, at};

/// What was verified before the refusal, and may therefore be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    Key,
    Caller,
}

use Known::{Caller, Key, Nothing};

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:orders"])
        .resource(ORG, ["read:data"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

fn observed(tenant: &TestTenant) -> Observed {
    Observed::new(tenant.logto().deny_if(|auth| auth.subject() == "mallory"))
}

#[track_caller]
fn assert_explains(refusal: &Refusal, known: Known, kid: &str, case: &str) {
    let fields = &refusal.event.fields;
    let mut names = BTreeSet::from(["code", "help", "reason", "status"]);
    names.extend([
        "expected_audience",
        "expected_issuer",
        "requirement",
        "route",
    ]);
    if case.contains("/plan") {
        names.remove("requirement");
    } else if case.contains("misconfigured") {
        names.remove("expected_audience");
    }
    if case == "application" {
        // A handler makes it, which is not asked for its route.
        names.retain(|name| !matches!(*name, "requirement" | "route"));
    }
    match known {
        Nothing => {}
        Key => assert!(names.insert("kid")),
        Caller => names.extend(["client_id", "subject"]),
    }
    assert_eq!(
        fields.keys().copied().collect::<BTreeSet<_>>(),
        names,
        "{case}"
    );
    let page = format!(
        "/logto_runtime/docs/troubleshooting/index.html#{}",
        refusal.code
    );
    assert!(
        fields["help"].ends_with(&page),
        "{case}: {}",
        fields["help"]
    );
    assert!(
        fields["reason"].contains(' '),
        "{case}: {}",
        fields["reason"]
    );
    match known {
        Nothing => {}
        Key => assert_eq!(fields["kid"], kid, "{case}"),
        Caller => assert_eq!(fields["client_id"], "test-app", "{case}"),
    }
}

#[tokio::test]
async fn every_wrong_token_has_its_code() {
    wrong_tokens().await;
}

/// Returns the codes that were seen.
async fn wrong_tokens() -> Vec<&'static str> {
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
async fn a_header_without_a_token_has_its_code() {
    headers_without_a_token().await;
}

async fn headers_without_a_token() -> Vec<&'static str> {
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

#[tokio::test]
async fn faults_of_the_service_have_their_codes() {
    faults_of_the_service().await;
}

async fn faults_of_the_service() -> Vec<&'static str> {
    let tenant = tenant();
    let api = observed(&tenant);
    let bearer = format!("Bearer {}", tenant.token().user("alice").mint());
    tenant.fail(StatusCode::BAD_GATEWAY);
    let refusal = api.refusal("/any", &[&bearer]).await;
    assert_eq!((refusal.code, refusal.status), ("keys_unavailable", 503));
    assert_explains(&refusal, Nothing, "", "keys_unavailable");

    tenant.recover();
    tenant.advance(Duration::from_secs(60));
    let refusal = api.refusal("/unnamed", &[&bearer]).await;
    assert_eq!((refusal.code, refusal.status), ("misconfigured", 500));
    assert_eq!(refusal.event.level, Level::ERROR);
    assert_explains(&refusal, Nothing, "", "misconfigured");
    let again = api.refusal("/unnamed", &[&bearer]).await;
    assert_eq!(again.event.level, Level::DEBUG, "logged as an error once");
    vec!["keys_unavailable", again.code]
}

#[tokio::test]
async fn revoked_tokens_have_their_codes() {
    revoked_tokens().await;
}

async fn revoked_tokens() -> Vec<&'static str> {
    let tenant = tenant();
    let revocations = tenant.revocations().start().unwrap();
    let api = Observed::new(tenant.logto().revocations(&revocations));
    let revocation = Revocation::subject("alice");
    revocations.revoke(revocation).await.unwrap();
    let old = tenant.token().user("bob").issued_at(at(NOW - 4_201));
    let old = old.expires_in(Duration::from_secs(7_200));
    let mut seen = Vec::new();
    for (code, known, token) in [
        ("revoked", Caller, tenant.token().user("alice")),
        ("older_than_revocations", Nothing, old),
    ] {
        api.events.take();
        let refusal = api
            .refusal("/any", &[&format!("Bearer {}", token.mint())])
            .await;
        assert_eq!((refusal.code, refusal.status), (code, 401));
        assert_eq!(refusal.event.level, Level::DEBUG, "{code}");
        assert_explains(&refusal, known, "", code);
        seen.push(refusal.code);
    }
    // The log can't be read, so the list is not ready.
    let log = MemoryLog::new();
    log.cut();
    let revocations = tenant.revocations().log(log).start().unwrap();
    let api = Observed::new(tenant.logto().revocations(&revocations));
    let token = format!("Bearer {}", tenant.token().user("bob").mint());
    let refusal = api.refusal("/any", &[&token]).await;
    let code = "revocations_unavailable";
    assert_eq!((refusal.code, refusal.status), (code, 503));
    assert_explains(&refusal, Caller, "", code);
    seen.push(refusal.code);
    seen
}

#[tokio::test]
async fn what_the_program_decides_itself_has_its_codes() {
    of_the_program().await;
}

async fn of_the_program() -> Vec<&'static str> {
    let tenant = tenant();
    let token = tenant.token().user("alice").mint();
    let bearer = format!("Bearer {token}");
    let mut seen = Vec::new();
    let sources = || {
        let cookie = TokenSource::Cookie {
            name: "token".to_owned(),
            origins: Origins::listed(["https://app.example.com"]),
        };
        let builder = tenant.logto().token_source(cookie);
        builder.token_source(TokenSource::Authorization)
    };
    let cookie = format!("token={token}");
    for (code, status, headers) in [
        (
            "multiple_access_tokens",
            400,
            vec![("cookie", &*cookie), ("authorization", &*bearer)],
        ),
        (
            "cross_site_request",
            403,
            vec![("cookie", &*cookie), ("upgrade", "websocket")],
        ),
    ] {
        let api = Observed::new(sources());
        let refusal = api.refusal_with("/any", &headers).await;
        assert_eq!((refusal.code, refusal.status), (code, status));
        assert_explains(&refusal, Nothing, "", code);
        seen.push(refusal.code);
    }
    let down = |_: AuthInfo| async { Err::<bool, _>("the database is down") };
    let api = Observed::new(tenant.logto().deny_if_async(down));
    let refusal = api.refusal("/any", &[&bearer]).await;
    let code = "deny_unanswered";
    assert_eq!((refusal.code, refusal.status), (code, 503));
    assert_explains(&refusal, Caller, "", code);
    seen.push(refusal.code);

    let api = Observed::new(tenant.logto());
    let refusal = api.refusal("/own", &[&bearer]).await;
    assert_eq!((refusal.code, refusal.status), ("application", 403));
    assert_explains(&refusal, Caller, "", "application");
    seen.push(refusal.code);
    seen
}

#[tokio::test]
async fn every_code_is_tested_here() {
    let seen = [
        wrong_tokens().await,
        headers_without_a_token().await,
        faults_of_the_service().await,
        revoked_tokens().await,
        of_the_program().await,
    ];
    let seen: BTreeSet<_> = seen.concat().into_iter().collect();
    assert_eq!(seen, all_codes());
}

#[test]
fn every_code_has_a_heading_in_the_page_that_the_log_links_to() {
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../logto-runtime/docs/troubleshooting.md"
    );
    let page = std::fs::read_to_string(page).unwrap();
    let headings: BTreeSet<_> = page
        .lines()
        .take_while(|line| *line != "## It does not compile")
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    assert_eq!(headings, all_codes());
}

fn all_codes() -> BTreeSet<&'static str> {
    let codes = RejectionCode::ALL.iter().map(|code| code.as_str());
    let codes: BTreeSet<_> = codes.collect();
    assert_eq!(codes.len(), 49);
    codes
}
