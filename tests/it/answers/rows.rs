//! Rows of the table of responses in `README.md`: headers, tokens, organizations, scopes and
//! misconfiguration.

use axum::http::Request;
use http::header::CONTENT_TYPE;
use logto_runtime::{Algorithm, Denial, test_util::SigningKey};

use super::{
    app, denied, expect, expect_token, insufficient, invalid_audience, no_organization,
    not_accepted, not_bearer, tenant,
};
use crate::support::{Answer, NOW, ORG, PRODUCTS, send};

#[tokio::test]
async fn unusable_authorization_headers_get_the_answers_of_the_table() {
    let tenant = tenant();
    let app = app(tenant.logto());
    let bearer = format!("Bearer {}", tenant.token().mint());
    let twice = Answer::refused(
        400,
        "Multiple Authorization headers",
        r#"Bearer error="invalid_request""#,
    );
    for pair in [
        [bearer.as_bytes(), bearer.as_bytes()],
        [bearer.as_bytes(), b"Basic dTpw"],
        [b"", b""],
    ] {
        expect(&app, "/any", &pair, &twice).await;
    }
    for (uri, scopes) in [
        ("/any", ""),
        ("/products", "write:orders read:products write:products"),
        ("/acme/invite", "invite:member"),
        ("/acme/settings", "write:settings"),
    ] {
        expect(&app, uri, &[], &Answer::missing(scopes)).await;
        expect(&app, uri, &[b"Basic dTpw"], &not_bearer()).await;
    }
    for value in [
        &b""[..],
        b"Basic dTpw",
        b"Bearer",
        b"Bearer ",
        b"Bearer    ",
        b"Bearer\ta.b.c",
        b"Bearera.b.c",
        b"Token a.b.c",
        b"\xff\xfe",
        b"DPoP a.b.c",
        b"Bearer: a.b.c",
    ] {
        expect(&app, "/any", &[value], &not_bearer()).await;
    }
    for scheme in ["bearer ", "BEARER ", "bEaReR  ", "Bearer      "] {
        let value = bearer.replace("Bearer ", scheme);
        expect(&app, "/any", &[value.as_bytes()], &Answer::ok("admitted")).await;
    }
}

#[tokio::test]
async fn by_default_a_token_is_read_only_from_the_authorization_header() {
    let tenant = tenant();
    let app = app(tenant.logto());
    let token = tenant.token().mint();
    let missing = Answer::missing("");
    for way in ["/attribute", "/layer"] {
        let uri = format!("{way}/any?access_token={token}");
        let request = Request::get(uri)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("cookie", format!("access_token={token}"))
            .header("proxy-authorization", format!("Bearer {token}"))
            .body(format!("access_token={token}").into());
        assert_eq!(send(&app, request.unwrap()).await, missing);
    }
}

#[tokio::test]
async fn bad_tokens_get_the_answers_of_the_table() {
    let tenant = tenant();
    let app = app(tenant
        .logto()
        .deny_if(|auth| auth.subject() == "mallory")
        .deny_if(|auth| (auth.subject() == "trudy").then_some(Denial::Forbidden)));
    let foreign = SigningKey::generate(Algorithm::ES384);
    let token = || tenant.token().user("alice");
    let invalid = Answer::invalid_token();
    for (uri, token, expected) in [
        ("/any", token(), &Answer::ok("admitted")),
        ("/any", token().opaque(), &invalid),
        (
            "/any",
            token().claim("filling", "x".repeat(16 * 1024)),
            &invalid,
        ),
        ("/any", token().header("alg", "none"), &invalid),
        ("/any", token().id_token(), &invalid),
        ("/any", token().header("crit", ["exp"]), &invalid),
        (
            "/any",
            token().issuer("https://elsewhere.example/oidc"),
            &invalid,
        ),
        ("/any", token().without_claim("jti"), &invalid),
        ("/any", token().claim("jti", 7), &invalid),
        ("/any", token().claim("nbf", NOW + 61), &invalid),
        ("/any", token().claim("exp", NOW - 60), &Answer::expired()),
        ("/any", token().signed_by(&foreign), &invalid),
        ("/any", token().tampered(), &invalid),
        ("/any", token().user("mallory"), &invalid),
        ("/any", token().user("trudy"), &denied()),
        (
            "/any",
            token().user("trudy").claim("exp", NOW - 60),
            &Answer::expired(),
        ),
        ("/any", token().user("trudy").tampered(), &invalid),
        ("/any", token().user("trudy").resource(ORG), &denied()),
        ("/products", token().user("trudy"), &denied()),
        ("/acme/invite", token().user("trudy"), &denied()),
        ("/any", token().resource(ORG), &invalid_audience()),
        ("/any", token().organization("acme"), &invalid_audience()),
        ("/acme/invite", token(), &no_organization()),
        ("/acme/settings", token().resource(ORG), &no_organization()),
        (
            "/products",
            token().resource(PRODUCTS).organization("acme"),
            &not_accepted(),
        ),
        (
            "/acme/invite",
            token().organization("globex"),
            &Answer::mismatch(),
        ),
        (
            "/acme/settings",
            token().resource(ORG).organization("globex"),
            &Answer::mismatch(),
        ),
        (
            "/products",
            token(),
            &insufficient("write:orders read:products write:products"),
        ),
        (
            "/acme/invite",
            token().organization("acme"),
            &insufficient("invite:member"),
        ),
        (
            "/acme/settings",
            token().resource(ORG).organization("acme"),
            &insufficient("write:settings"),
        ),
        ("/unnamed", token(), &Answer::misconfigured()),
    ] {
        expect_token(&app, uri, token, expected).await;
    }
    for malformed in [
        &b"a.b"[..],
        b"a.b.c.d",
        b"..",
        b"e30.e30.e30 ",
        b"e30.e30.e30, x",
    ] {
        let value = [b"Bearer ", malformed].concat();
        expect(&app, "/any", &[&value], &invalid).await;
    }
}
