//! Tests the shape of a token: three segments of canonical base64url. Header and claims are JSON objects.

use logto_runtime::Algorithm;

use super::{Api, app, base64url, decoded, segments};
use crate::support::{Answer, ask, get, send};

#[tokio::test]
async fn a_token_is_three_non_empty_segments() {
    let api = Api::start();
    let token = api.token().mint();
    api.accepts("as it is", &token).await;
    let [header, claims, signature] = segments(&token);
    for wrong in [
        header.to_owned(),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!(".{claims}.{signature}"),
        format!("{header}..{signature}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{token}.{signature}.{signature}"),
        format!("{token} {token}"),
        format!("{token}, Bearer {token}"),
        format!("\"{token}\""),
        ".".to_owned(),
        "..".to_owned(),
        "a".to_owned(),
    ] {
        api.refuses(&wrong, &wrong).await;
    }
}

#[tokio::test]
async fn a_segment_has_exactly_one_encoding() {
    let api = Api::with(|tenant| tenant.algorithm(Algorithm::ES256), |logto| logto);
    let [header, claims, _] = segments(&api.token().mint()).map(decoded);
    // Pads the JSON to 3n + 2 bytes. Then the last base64url character has two unused bits.
    let uneven = |mut json: Vec<u8>| {
        let spaces = (5 - json.len() % 3) % 3;
        json.resize(json.len() + spaces, b' ');
        json
    };
    let token = api
        .token()
        .raw_header(uneven(header))
        .raw_claims(uneven(claims));
    let token = token.mint();
    api.accepts("as it is", &token).await;
    let [header, claims, signature] = segments(&token);
    // ES256 signatures have 64 bytes: 86 characters with four unused bits in the last.
    for segment in [header, claims, signature] {
        let reencoded = reencoded(segment);
        api.refuses(&reencoded, &token.replacen(segment, &reencoded, 1))
            .await;
    }
    for (case, wrong) in [
        ("padded header", format!("{header}=.{claims}.{signature}")),
        ("padded signature", format!("{token}==")),
        ("tab", format!("{header}.{claims}.{signature}\t")),
        ("space inside", format!("{header}. {claims}.{signature}")),
        ("percent", format!("{header}%2E{claims}.{signature}")),
        ("length of 4n + 1", format!("{token}AAA")),
    ] {
        api.refuses(case, &wrong).await;
    }
}

/// Encodes the same bytes in another way: sets an unused bit of the last character.
fn reencoded(segment: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = segment.split_at(segment.len() - 1);
    let position = ALPHABET.find(last).unwrap();
    format!("{rest}{}", &ALPHABET[position + 1..position + 2])
}

#[tokio::test]
async fn the_standard_base64_alphabet_is_refused() {
    let api = Api::start();
    let mut refused = 0;
    for _ in 0..20 {
        let token = api.token().mint();
        let [header, claims, signature] = segments(&token);
        let other = signature.replace('-', "+").replace('_', "/");
        if other != signature {
            api.refuses(&other, &format!("{header}.{claims}.{other}"))
                .await;
            refused += 1;
        }
    }
    assert!(refused > 0);
}

#[tokio::test]
async fn non_ascii_bytes_are_refused() {
    let api = Api::start();
    let token = api.token().mint();
    for wrong in [&b"\xff\xfe"[..], "é.é.é".as_bytes(), b"\xc3\x28.a.b"] {
        let value = [b"Bearer ", wrong].concat();
        let answer = send(&api.app, get("/products", &[("authorization", &value)])).await;
        assert_eq!(answer, Answer::invalid_token(), "{wrong:?}");
        let value = [b"Bearer ", token.as_bytes(), wrong].concat();
        let answer = send(&api.app, get("/products", &[("authorization", &value)])).await;
        assert_eq!(answer, Answer::invalid_token(), "{wrong:?} at the end");
    }
}

#[tokio::test]
async fn header_and_claims_are_one_json_object_each() {
    let api = Api::start();
    let token = api.token().mint();
    let [header, claims, _] = segments(&token).map(decoded);
    for (case, junk) in [
        ("nothing but a space", &b" "[..]),
        ("null", b"null"),
        ("a number", b"7"),
        ("a string", b"\"at+jwt\""),
        ("an array", b"[]"),
        ("an empty object", b"{}"),
        ("an open object", b"{"),
        ("not JSON", b"\x00\x01"),
        ("not UTF-8", b"{\"alg\":\"\xff\"}"),
        ("a lone surrogate", br#"{"alg":"\ud800"}"#),
        ("a comment", b"{/**/}"),
    ] {
        api.refuses(case, &api.token().raw_header(junk).mint())
            .await;
        api.refuses(case, &api.token().raw_claims(junk).mint())
            .await;
    }
    for (case, before, after) in [
        ("two objects", "", "{}"),
        ("something after", "", " x"),
        ("a byte order mark", "\u{feff}", ""),
        ("in an array", "[", "]"),
        ("a NUL at the end", "", "\0"),
    ] {
        let around = |json: &[u8]| [before.as_bytes(), json, after.as_bytes()].concat();
        api.refuses(case, &api.token().raw_header(around(&header)).mint())
            .await;
        api.refuses(case, &api.token().raw_claims(around(&claims)).mint())
            .await;
    }
    let spaced = |json: &[u8]| [b" \n", json, b"\r\t "].concat();
    let token = api
        .token()
        .raw_header(spaced(&header))
        .raw_claims(spaced(&claims));
    api.accepts("white space around the JSON", &token.mint())
        .await;
}

#[tokio::test]
async fn deeply_nested_json_is_refused() {
    let api = Api::start();
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let claims = format!(r#"{{"x":{deep}}}"#);
    api.refuses(
        "deep claims",
        &api.token().raw_claims(claims.clone()).mint(),
    )
    .await;
    api.refuses("deep header", &api.token().raw_header(claims).mint())
        .await;
}

#[tokio::test]
async fn a_token_may_be_as_long_as_max_token_bytes_and_no_longer() {
    let mut api = Api::start();
    let token = api.token().mint();
    api.app = app(api.tenant.logto().max_token_bytes(token.len()));
    api.accepts("as long as allowed", &token).await;
    api.app = app(api.tenant.logto().max_token_bytes(token.len() - 1));
    api.refuses("one byte more", &token).await;

    let api = Api::start();
    let long = "x".repeat(12_000 / 4 * 3);
    api.accepts("within 16 KiB", &api.token().claim("filling", long).mint())
        .await;
    let long = format!(
        "{}.{}.{}",
        base64url("{}"),
        "A".repeat(16 * 1024),
        base64url("x")
    );
    api.refuses("over 16 KiB", &long).await;
}

#[tokio::test]
async fn a_token_with_any_changed_character_is_refused() {
    let api = Api::start();
    let token = api.token().mint();
    for position in 0..token.len() {
        for with in ["", "A", "z", ".", "~"] {
            let mut changed = token.clone();
            changed.replace_range(position..=position, with);
            if changed != token {
                let answer = ask(&api.app, "/products", &changed).await;
                let refused = [Answer::invalid_token(), Answer::expired()].contains(&answer);
                assert!(refused, "{with:?} at {position}: {answer:?}");
            }
        }
    }
    api.accepts("after all that", &token).await;
}
