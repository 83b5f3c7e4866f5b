//! Tests the header of a token: `alg`, `typ` and `kid` are required, and `crit` and duplicates are refused.

use logto_runtime::{Algorithm, test_util::SigningKey};
use serde_json::{Value, json};

use super::{Api, app, decoded, segments};

/// Returns values that are not JSON strings.
fn ill_typed() -> [Value; 6] {
    [
        json!(null),
        json!(7),
        json!(true),
        json!(["at+jwt"]),
        json!({"alg": "ES384"}),
        json!(1.5),
    ]
}

#[tokio::test]
async fn alg_typ_and_kid_are_required_and_are_strings() {
    let api = Api::start();
    for parameter in ["alg", "typ", "kid"] {
        let absent = api.token().without_header(parameter);
        api.refuses(parameter, &absent.mint()).await;
        for value in ill_typed() {
            let token = api.token().header(parameter, &value).mint();
            api.refuses(&format!("{parameter} {value}"), &token).await;
        }
    }
}

#[tokio::test]
async fn an_unsupported_algorithm_name_is_refused_even_with_a_good_signature() {
    let api = Api::start();
    for name in [
        "",
        "none",
        "None",
        "NONE",
        "nOnE",
        "HS256",
        "HS384",
        "HS512",
        "es384",
        "ES384 ",
        "ES256K",
        "Ed25519",
        "Ed448",
        "RSA-OAEP",
        "dir",
        "ES384\u{0}",
    ] {
        let token = api.token().header("alg", name).mint();
        api.refuses(name, &token).await;
    }
}

#[tokio::test]
async fn the_builder_restricts_the_algorithms() {
    let mut api = Api::start();
    let token = api.token().mint();
    api.accepts("all by default", &token).await;
    api.app = app(api.tenant.logto().algorithms([Algorithm::ES384]));
    api.accepts("the tenant's own", &token).await;
    api.app = app(api
        .tenant
        .logto()
        .algorithms([Algorithm::RS256, Algorithm::ES256]));
    api.refuses("another", &token).await;
}

#[tokio::test]
async fn only_the_type_of_access_tokens_is_accepted() {
    let api = Api::start();
    for name in [
        "at+jwt",
        "AT+JWT",
        "At+Jwt",
        "application/at+jwt",
        "APPLICATION/AT+JWT",
    ] {
        api.accepts(name, &api.token().header("typ", name).mint())
            .await;
    }
    for name in [
        "",
        "JWT",
        "jwt",
        "at",
        "at+jwt ",
        " at+jwt",
        "at+jwt+x",
        "application/jwt",
        "application/at+jwt;v=1",
        "text/at+jwt",
        "logout+jwt",
        "dpop+jwt",
        "application/application/at+jwt",
    ] {
        api.refuses(name, &api.token().header("typ", name).mint())
            .await;
    }
}

#[tokio::test]
async fn an_id_token_is_refused_even_with_the_claims_of_an_access_token() {
    let api = Api::start();
    let id_token = || {
        let token = api.token().id_token().audience(crate::support::PRODUCTS);
        token
            .claim("client_id", "test-app")
            .claim("jti", "1")
            .claim("scope", "read:products")
    };
    api.refuses(
        "without typ, as Logto 1.42 signs ID tokens",
        &id_token().mint(),
    )
    .await;
    let typed = id_token().header("typ", "JWT");
    api.refuses("with typ JWT, as Logto 1.37 signs ID tokens", &typed.mint())
        .await;
    let claims = id_token().header("typ", "at+jwt");
    api.accepts("with the typ of an access token", &claims.mint())
        .await;
}

#[tokio::test]
async fn a_token_with_crit_is_refused() {
    let api = Api::start();
    for value in [
        json!(["exp"]),
        json!(["b64"]),
        json!([]),
        json!(null),
        json!("exp"),
        json!(1),
    ] {
        let token = api.token().header("crit", &value).mint();
        api.refuses(&value.to_string(), &token).await;
    }
}

#[tokio::test]
async fn a_key_is_found_only_by_its_exact_kid() {
    let api = Api::start();
    let kid = api.tenant.signing_kid();
    let others = [
        "",
        " ",
        "unknown",
        "../../etc/passwd",
        "' OR 1=1 --",
        "\0",
        "\u{202e}",
    ];
    let alike = [
        kid.to_lowercase(),
        kid[1..].to_owned(),
        format!("{kid} "),
        format!("{kid}\0"),
    ];
    for kid in others.into_iter().chain(alike.iter().map(String::as_str)) {
        let token = api.token().header("kid", kid).mint();
        api.refuses(kid, &token).await;
    }
    let long = "k".repeat(8_000);
    api.refuses("a long kid", &api.token().header("kid", long).mint())
        .await;
}

#[tokio::test]
async fn a_key_in_the_token_header_is_not_used() {
    let api = Api::start();
    let own = SigningKey::generate(Algorithm::ES384);
    let jwk: Value = serde_json::from_str(&own.jwk_json()).unwrap();
    let kid = api.tenant.signing_kid();
    for (case, token) in [
        ("with its own kid", api.token().signed_by(&own)),
        (
            "with the tenant's kid",
            api.token().signed_by(&own).header("kid", kid),
        ),
        (
            "without kid",
            api.token().signed_by(&own).without_header("kid"),
        ),
    ] {
        let token = token
            .header("jwk", &jwk)
            .header("jku", "https://evil.example/jwks")
            .header("x5u", "https://evil.example/cert")
            .header("x5c", ["MIIB"]);
        api.refuses(case, &token.mint()).await;
    }
    let unread = api
        .token()
        .header("jwk", &jwk)
        .header("cty", "JWT")
        .header("b64", false);
    api.accepts("parameters that are not read", &unread.mint())
        .await;
}

#[tokio::test]
async fn a_duplicate_header_parameter_is_refused() {
    let api = Api::start();
    let [header, _, _] = segments(&api.token().mint()).map(decoded);
    let header = String::from_utf8(header).unwrap();
    let kid = format!(r#""kid":"{}""#, api.tenant.signing_kid());
    for twice in [
        r#""alg":"ES384""#,
        r#""alg":"none""#,
        r#""\u0061lg":"ES384""#,
        r#""typ":"at+jwt""#,
        r#""typ":"JWT""#,
        r#""kid":"other""#,
        kid.as_str(),
        r#""x":1,"x":1"#,
        r#""x":{"y":1,"y":2}"#,
        r#""x":[{"y":1,"\u0079":2}]"#,
    ] {
        let last = header.replacen('}', &format!(",{twice}}}"), 1);
        api.refuses(&last, &api.token().raw_header(last.clone()).mint())
            .await;
        let first = header.replacen('{', &format!("{{{twice},"), 1);
        api.refuses(&first, &api.token().raw_header(first.clone()).mint())
            .await;
    }
    let escaped = header
        .replace("alg", r"\u0061lg")
        .replace("ES384", r"\u0045S384");
    let token = api.token().raw_header(escaped).mint();
    api.accepts("escapes in names and values", &token).await;
}
