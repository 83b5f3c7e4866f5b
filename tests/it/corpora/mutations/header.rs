//! Changes of a token's header: other values of its fields, and unusual or invalid JSON.

use serde_json::{Value, json};

use super::{super::members::Members, Case, Expected, Forge, header_keys};
use Expected::{Accepted, Invalid};

pub(super) fn cases(forge: &Forge) -> Vec<Case> {
    let plain = plain(forge);
    let mut cases = values(forge, &plain);
    cases.extend(header_keys::cases(forge, &plain));
    let text = plain.to_string();
    let mut add = |change: &str, header: &dyn AsRef<[u8]>, expected| {
        cases.push(forge.header(change, header.as_ref(), expected));
    };
    add("as Logto writes it", &text, Accepted);
    add(
        "members reversed",
        &plain.clone().reversed().to_string(),
        Accepted,
    );
    add(
        "names in escapes",
        &plain.clone().escaped().to_string(),
        Accepted,
    );
    add("white space around { and :", &plain.spaced(), Accepted);
    for name in ["alg", "typ", "kid"] {
        let quoted = format!("\"{name}\"");
        add(
            &format!("{name} absent"),
            &plain.clone().without(name).to_string(),
            Invalid,
        );
        let own = plain
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap()
            .1
            .to_owned();
        add(
            &format!("{name} twice"),
            &plain.clone().last(&quoted, &own).to_string(),
            Invalid,
        );
        add(
            &format!("another {name} in front"),
            &plain.clone().first(&quoted, "\"none\"").to_string(),
            Invalid,
        );
        add(
            &format!("another {name} behind"),
            &plain.clone().last(&quoted, "\"none\"").to_string(),
            Invalid,
        );
        for value in ["null", "true", "7", "[]", "{}", "\"\"", "[\"ES384\"]"] {
            add(
                &format!("{name} is {value}"),
                &plain.clone().with(name, value).to_string(),
                Invalid,
            );
        }
    }
    add(
        "alg again, escaped",
        &plain.clone().last("\"\\u0061lg\"", "\"ES384\"").to_string(),
        Invalid,
    );
    add(
        "an unknown member twice",
        &plain.clone().last("\"x\"", 1).last("\"x\"", 1).to_string(),
        Invalid,
    );
    for other in [
        "",
        "null",
        "[]",
        "{",
        "{}",
        "\"ES384\"",
        "[\"ES384\",\"at+jwt\",\"k\"]",
        "\0",
    ] {
        add(&format!("only {other:?}"), &other, Invalid);
    }
    add("a letter behind", &format!("{text}x"), Invalid);
    add("an object behind", &format!("{text}{{}}"), Invalid);
    add(
        "a byte order mark in front",
        &format!("\u{feff}{text}"),
        Invalid,
    );
    add("not UTF-8", &[text.as_bytes(), b"\xff"].concat(), Invalid);
    add(
        "100 arrays deep",
        &plain.clone().with("x", deep(100)).to_string(),
        Accepted,
    );
    add(
        "5000 arrays deep",
        &plain.clone().with("x", deep(5_000)).to_string(),
        Invalid,
    );
    add(
        "too long",
        &plain
            .clone()
            .with("x", json!("x".repeat(16 * 1_024)))
            .to_string(),
        Invalid,
    );
    cases
}

fn plain(forge: &Forge) -> Members {
    Members::default()
        .with("alg", json!("ES384"))
        .with("typ", json!("at+jwt"))
        .with("kid", json!(forge.tenant.signing_kid()))
}

fn values(forge: &Forge, plain: &Members) -> Vec<Case> {
    let kid = forge.tenant.signing_kid();
    let mut values: Vec<(&str, Value, Expected)> = Vec::new();
    for algorithm in [
        "none",
        "None",
        "NONE",
        "nOnE",
        " none",
        "none\0",
        "HS256",
        "HS384",
        "HS512",
        "es384",
        "ES384 ",
        " ES384",
        "ES384\0",
        "ES256",
        "ES512",
        "ES256K",
        "RS256",
        "PS384",
        "EdDSA",
        "Ed25519",
        "RSA-OAEP",
        "dir",
        "A128KW",
        "ＥＳ384",
        "*",
    ] {
        values.push(("alg", json!(algorithm), Invalid));
    }
    for media_type in [
        "AT+JWT",
        "at+JWT",
        "application/at+jwt",
        "APPLICATION/AT+JWT",
    ] {
        values.push(("typ", json!(media_type), Accepted));
    }
    for media_type in [
        "JWT",
        "jwt",
        "application/jwt",
        "logout+jwt",
        "dpop+jwt",
        "at+jwt ",
        " at+jwt",
        "at jwt",
        "at+jwt;x=1",
        "application/application/at+jwt",
        "text/at+jwt",
        "at+jwts",
        "id_token",
        "JOSE",
    ] {
        values.push(("typ", json!(media_type), Invalid));
    }
    for key_id in [
        "../../../../etc/passwd",
        "/dev/null",
        "..\\..\\windows",
        "file:///etc/passwd",
        "https://evil.example/jwks",
        "' OR '1'='1",
        "\" OR \"\"=\"",
        "a\nb",
        "a\r\nX-Evil: 1",
        "\0",
        "$(id)",
        "`id`",
        "${jndi:ldap://evil.example}",
        "%00",
        "é",
        "\u{202e}",
        "{}",
        "null",
        "0",
        " ",
    ] {
        values.push(("kid", json!(key_id), Invalid));
    }
    values.extend([
        ("kid", json!("k".repeat(10 * 1_024)), Invalid),
        ("kid", json!(format!("{kid} ")), Invalid),
        ("kid", json!(format!("{kid}\0")), Invalid),
        ("kid", json!(&kid[..kid.len() - 1]), Invalid),
        ("kid", json!(kid.to_uppercase()), Invalid),
        ("crit", json!(["exp"]), Invalid),
        ("crit", json!(["b64"]), Invalid),
        ("crit", json!(["alg", "typ"]), Invalid),
        ("crit", json!([]), Invalid),
        ("crit", json!(null), Invalid),
        ("crit", json!("exp"), Invalid),
        ("crit", json!({}), Invalid),
        ("b64", json!(false), Accepted),
        ("zip", json!("DEF"), Accepted),
        ("enc", json!("A256GCM"), Accepted),
        ("cty", json!("JWT"), Accepted),
        ("jku", json!(7), Accepted),
        ("x5c", json!("no array"), Accepted),
    ]);
    let case = |(name, value, expected): (&str, Value, Expected)| {
        let value = value.to_string();
        let change = format!(
            "{name} is {} ({} bytes)",
            value.chars().take(40).collect::<String>(),
            value.len()
        );
        forge.header(
            &change,
            plain.clone().with(name, value).to_string(),
            expected,
        )
    };
    values.into_iter().map(case).collect()
}

fn deep(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}
