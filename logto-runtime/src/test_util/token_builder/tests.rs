//! Tests of the tokens that a [`TokenBuilder`] makes.

use std::time::UNIX_EPOCH;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;
use crate::test_util::{Membership, TestTenant, User};

const PRODUCTS: &str = "https://api.example.com/products";
const ORG: &str = "https://api.example.com/org";

fn tenant() -> TestTenant {
    let member = |permission, scope| {
        Membership::new()
            .permissions([permission])
            .scopes(ORG, [scope])
    };
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .resource(ORG, ["read:data", "write:settings"])
        .organization("acme")
        .organization("globex")
        .organization_permissions(["invite:member", "manage:billing"])
        .user(
            User::new("alice")
                .scopes(PRODUCTS, ["read:products"])
                .member_of("acme", member("invite:member", "read:data"))
                .member_of("globex", member("manage:billing", "write:settings")),
        )
        .start()
}

fn parts(token: &str) -> [Vec<u8>; 3] {
    let parts: Vec<_> = token
        .split('.')
        .map(|part| URL_SAFE_NO_PAD.decode(part).unwrap())
        .collect();
    parts.try_into().unwrap()
}

fn header(token: &str) -> Value {
    serde_json::from_slice(&parts(token)[0]).unwrap()
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&parts(token)[1]).unwrap()
}

#[test]
fn an_access_token_has_the_recorded_header() {
    let tenant = tenant();
    let [header, ..] = parts(&tenant.token().mint());
    let expected = format!(
        r#"{{"alg":"ES384","typ":"at+jwt","kid":"{}"}}"#,
        tenant.signing_kid()
    );
    assert_eq!(String::from_utf8(header).unwrap(), expected);
}

#[test]
fn sub_and_client_id_differ_for_a_user_but_not_for_a_machine() {
    let tenant = tenant();
    let user = claims(&tenant.token().user("alice").mint());
    assert_eq!(
        (&user["sub"], &user["client_id"]),
        (&json!("alice"), &json!("test-app"))
    );
    let machine = claims(&tenant.token().client("worker").mint());
    assert_eq!(
        (&machine["sub"], &machine["client_id"]),
        (&json!("worker"), &json!("worker"))
    );
}

#[test]
fn a_token_is_for_the_first_resource_by_default() {
    let tenant = tenant();
    let token = || tenant.token().scopes(["a", "b"]);
    for (token, audience, organization) in [
        (token(), PRODUCTS, Value::Null),
        (token().resource(ORG), ORG, Value::Null),
        (
            token().resource(ORG).organization("acme"),
            ORG,
            json!("acme"),
        ),
        (
            token().organization("acme"),
            "urn:logto:organization:acme",
            Value::Null,
        ),
    ] {
        let claims = claims(&token.mint());
        assert_eq!(
            (&claims["aud"], &claims["organization_id"]),
            (&json!(audience), &organization)
        );
        assert_eq!(claims["scope"], json!("a b"));
    }
}

#[test]
fn a_registered_user_gets_all_held_scopes_if_the_test_sets_none() {
    let tenant = tenant();
    let token = || tenant.token().user("alice");
    for (token, scope) in [
        (token(), "read:products"),
        (token().organization("acme"), "invite:member"),
        (token().resource(ORG).organization("acme"), "read:data"),
        (
            token().resource(PRODUCTS).organization("acme"),
            "read:products",
        ),
        (token().resource(ORG), "read:data write:settings"),
        (token().scopes([] as [&str; 0]), ""),
        (tenant.token().user("bob"), ""),
    ] {
        let token = token.mint();
        assert_eq!(claims(&token)["scope"], json!(scope), "{}", claims(&token));
    }
}

#[test]
fn times_come_from_the_tenants_clock_by_default() {
    let tenant = tenant();
    tenant.set_now(UNIX_EPOCH + Duration::from_secs(1_000));
    let times = |token: TokenBuilder<'_>| {
        let claims = claims(&token.mint());
        (
            claims["iat"].as_i64().unwrap(),
            claims["exp"].as_i64().unwrap(),
        )
    };
    assert_eq!(times(tenant.token()), (1_000, 4_600));
    tenant.advance(Duration::from_secs(50));
    assert_eq!(
        times(tenant.token().expires_in(Duration::from_secs(5))),
        (1_050, 1_055)
    );
    assert_eq!(times(tenant.token().issued_at(UNIX_EPOCH)), (0, 3_600));
}

#[test]
fn a_test_can_change_the_claims_and_the_header() {
    let tenant = tenant();
    let token = tenant
        .token()
        .claim("nbf", "soon")
        .without_claim("jti")
        .issuer("https://evil.example")
        .audience([PRODUCTS, ORG])
        .header("typ", "JWT")
        .header("crit", ["b64"])
        .without_header("kid")
        .mint();
    assert_eq!(
        header(&token),
        json!({"alg": "ES384", "typ": "JWT", "crit": ["b64"]})
    );
    let claims = claims(&token);
    assert_eq!(claims["nbf"], json!("soon"));
    assert_eq!(claims.get("jti"), None);
    assert_eq!(claims["iss"], json!("https://evil.example"));
    assert_eq!(claims["aud"], json!([PRODUCTS, ORG]));
}

#[test]
fn raw_bytes_become_the_header_and_the_claims() {
    let tenant = tenant();
    let token = tenant
        .token()
        .raw_header("{\"alg\":\"ES384\",\"alg\":\"none\"}")
        .raw_claims(b"\xff".as_slice())
        .mint();
    let [header, claims, _] = parts(&token);
    assert_eq!(header, b"{\"alg\":\"ES384\",\"alg\":\"none\"}");
    assert_eq!(claims, b"\xff");
}

#[test]
fn a_token_signed_by_a_foreign_key_has_the_kid_of_this_key() {
    let tenant = tenant();
    let key = SigningKey::generate(Algorithm::ES256);
    let header = header(&tenant.token().signed_by(&key).mint());
    assert_eq!(
        header,
        json!({"alg": "ES256", "typ": "at+jwt", "kid": key.kid()})
    );
}

#[test]
fn the_header_has_the_kid_of_a_key_that_can_sign_with_the_algorithm() {
    let tenant = tenant();
    tenant.rotate(Algorithm::RS256);
    let rsa = tenant.signing_kid();
    tenant.rotate(Algorithm::ES256);
    let token = tenant.token().algorithm(Algorithm::PS512).mint();
    assert_eq!(
        header(&token),
        json!({"alg": "PS512", "typ": "at+jwt", "kid": rsa})
    );
}

#[test]
#[should_panic(expected = "no key can sign EdDSA; call `rotate` or `stage` first")]
fn an_algorithm_without_a_key_fails_the_test() {
    let _ = tenant().token().algorithm(Algorithm::EdDSA).mint();
}

#[test]
#[should_panic(expected = "set a `resource` or an `organization`")]
fn a_token_without_an_audience_fails_the_test() {
    let tenant = TestTenant::builder().offline().start();
    let _ = tenant.token().mint();
}

#[test]
fn id_tokens_and_opaque_tokens_look_like_those_of_logto() {
    let tenant = tenant();
    let id_token = tenant.token().user("alice").id_token().mint();
    assert_eq!(
        header(&id_token),
        json!({"alg": "ES384", "kid": tenant.signing_kid()})
    );
    let claims = claims(&id_token);
    assert_eq!(
        (&claims["sub"], &claims["aud"]),
        (&json!("alice"), &json!("test-app"))
    );
    assert_eq!(claims.as_object().unwrap().len(), 5);
    let opaque = tenant.token().opaque().mint();
    assert_eq!((opaque.len(), opaque.contains('.')), (43, false));
}
