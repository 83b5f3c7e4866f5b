//! The JSON text of the claims: duplicate fields, another order, deep nesting, many and long fields, and
//! invalid JSON.

use super::{super::members::Members, Case, Expected, Forge};
use Expected::{Accepted, Invalid};

pub(super) fn of(forge: &Forge, members: &Members) -> Vec<Case> {
    let mut cases = twice(forge, members);
    let plain = members.to_string();
    let mut add = |change: &str, claims: &dyn AsRef<[u8]>, expected| {
        cases.push(forge.claims(change, claims.as_ref(), expected));
    };
    add("as recorded", &plain, Accepted);
    add(
        "members reversed",
        &members.clone().reversed().to_string(),
        Accepted,
    );
    add(
        "names in escapes",
        &members.clone().escaped().to_string(),
        Accepted,
    );
    add("white space around { and :", &members.spaced(), Accepted);
    add(
        "white space around",
        &format!(" \r\n\t{plain}\n "),
        Accepted,
    );

    for (change, tail) in [
        ("followed by a letter", "x"),
        ("followed by an object", "{}"),
        ("followed by a comma", ","),
        ("followed by NUL", "\0"),
        ("followed by a comment", "// x"),
    ] {
        add(change, &format!("{plain}{tail}"), Invalid);
    }
    for length in [1, plain.len() / 2, plain.len() - 1] {
        add(
            &format!("cut to {length} bytes"),
            &&plain[..length],
            Invalid,
        );
    }
    add(
        "a comma before the end",
        &plain.replace("\"}", "\",}"),
        Invalid,
    );
    add("in single quotes", &plain.replace('"', "'"), Invalid);
    add("in an array", &format!("[{plain}]"), Invalid);
    add("in an object", &format!("{{\"claims\":{plain}}}"), Invalid);
    add(
        "as a string",
        &serde_json::json!(plain).to_string(),
        Invalid,
    );
    add(
        "a byte order mark in front",
        &format!("\u{feff}{plain}"),
        Invalid,
    );
    let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    add("in UTF-16", &wide, Invalid);
    for text in [
        "null",
        "true",
        "7",
        "\"claims\"",
        "[]",
        "{",
        "}",
        "{}",
        "\0",
        "''",
        "{{}}",
    ] {
        add(&format!("only {text:?}"), &text, Invalid);
    }

    for depth in [1, 60, 120] {
        add(
            &format!("{depth} arrays deep"),
            &members.clone().with("deep", arrays(depth)).to_string(),
            Accepted,
        );
        add(
            &format!("{depth} objects deep"),
            &members.clone().with("deep", objects(depth)).to_string(),
            Accepted,
        );
    }
    for depth in [200, 1_000, 5_000] {
        add(
            &format!("{depth} arrays deep"),
            &members.clone().with("deep", arrays(depth)).to_string(),
            Invalid,
        );
        add(
            &format!("{depth} unclosed arrays"),
            &format!("{{\"deep\":{}", "[".repeat(depth)),
            Invalid,
        );
    }
    add(
        "500 objects deep",
        &members.clone().with("deep", objects(500)).to_string(),
        Invalid,
    );

    for (change, value, expected) in [
        (
            "a long string",
            format!("\"{}\"", "x".repeat(8_000)),
            Accepted,
        ),
        (
            "a string of escapes",
            format!("\"{}\"", "\\u0041".repeat(1_000)),
            Accepted,
        ),
        (
            "a string that is too long",
            format!("\"{}\"", "x".repeat(16 * 1_024)),
            Invalid,
        ),
        ("a lone surrogate", r#""\ud800""#.to_owned(), Invalid),
        ("half an escape", r#""\u00""#.to_owned(), Invalid),
        ("a line feed in a string", "\"a\nb\"".to_owned(), Invalid),
        ("an unknown escape", r#""\x41""#.to_owned(), Invalid),
        ("a number of 300 digits", "9".repeat(300), Accepted),
        ("a number of 400 digits", "9".repeat(400), Invalid),
        (
            "a number of 400 decimals",
            format!("0.{}", "9".repeat(400)),
            Accepted,
        ),
        ("a number above every float", "1e999".to_owned(), Invalid),
        (
            "an array of 4000 numbers",
            format!("[{}0]", "0,".repeat(4_000)),
            Accepted,
        ),
    ] {
        add(
            change,
            &members.clone().with("custom", value).to_string(),
            expected,
        );
    }
    let many = (0..600).fold(members.clone(), |all, n| all.last(&format!("\"m{n}\""), n));
    add("600 more members", &many.to_string(), Accepted);

    let text = members.clone().with("custom", "\"@\"").to_string();
    for (change, bytes) in [
        ("a byte that is not UTF-8", &b"\xff"[..]),
        ("an overlong slash", b"\xc0\xaf"),
        ("an encoded surrogate", b"\xed\xa0\x80"),
        ("half a character", b"\xe2\x82"),
    ] {
        let at = text.find('@').unwrap();
        let stained = [&text.as_bytes()[..at], bytes, &text.as_bytes()[at + 1..]].concat();
        add(change, &stained, Invalid);
    }
    cases
}

/// Repeats JSON fields. Two parsers can read different values of a repeated field. A gateway and a service
/// would then disagree about the token.
fn twice(forge: &Forge, members: &Members) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |change: String, members: Members| {
        cases.push(forge.claims(&change, members.to_string(), Invalid));
    };
    for (name, value) in members.iter() {
        let quoted = format!("\"{name}\"");
        add(
            format!("{name} twice"),
            members.clone().last(&quoted, value),
        );
        add(
            format!("another {name} in front"),
            members.clone().first(&quoted, "\"mallory\""),
        );
        add(
            format!("null as {name} in front"),
            members.clone().first(&quoted, "null"),
        );
        add(
            format!("another {name} behind"),
            members.clone().last(&quoted, "\"mallory\""),
        );
        let (first, rest) = name.split_at(1);
        let escaped = format!("\"\\u{:04x}{rest}\"", u32::from(first.as_bytes()[0]));
        add(
            format!("{name} again, escaped"),
            members.clone().last(&escaped, value),
        );
    }
    let unknown = || members.clone().last("\"plan\"", "1");
    add(
        "an unknown member twice".to_owned(),
        unknown().last("\"plan\"", "1"),
    );
    add(
        "an unknown member twice, escaped".to_owned(),
        unknown().last("\"\\u0070lan\"", "2"),
    );
    for (change, value) in [
        ("a nested member twice", r#"{"a":1,"a":1}"#),
        (
            "a deeply nested member twice",
            r#"[[{"b":{"a":1,"\u0061":2}}]]"#,
        ),
    ] {
        add(change.to_owned(), members.clone().last("\"plan\"", value));
    }
    cases
}

fn arrays(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn objects(depth: usize) -> String {
    format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))
}
