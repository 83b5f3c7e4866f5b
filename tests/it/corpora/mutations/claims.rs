//! Claims with a wrong value, or with a valid but unusual value.

use serde_json::json;

use super::{super::members::Members, Case, Expected, Forge};
use crate::support::PRODUCTS;
use Expected::{Accepted, Expired, Invalid, WrongAudience};

pub(super) fn of(forge: &Forge, members: &Members) -> Vec<Case> {
    let with = |claim: &str, value: &str, expected| {
        let text = members.clone().with(claim, value).to_string();
        forge.claims(&format!("{claim} becomes {}", cut(value)), text, expected)
    };
    let mut cases = Vec::new();
    for (claim, value, expected) in values(forge) {
        cases.push(with(claim, &value, expected));
    }
    let audience = members.iter().find(|(name, _)| *name == "aud").unwrap().1;
    let of_organization = audience.starts_with("\"urn:");
    // An organization must be the only audience.
    let several = if of_organization { Invalid } else { Accepted };
    for (value, expected) in [
        (format!("[{audience}]"), Accepted),
        (format!("[{audience},{audience}]"), several),
        (
            format!(r#"["https://elsewhere.example",{audience}]"#),
            several,
        ),
        (
            format!(r#"[{audience},"urn:logto:organization:acme"]"#),
            Invalid,
        ),
        (format!(r#"[{audience},7]"#), Invalid),
        (format!(r#"[{audience},null]"#), Invalid),
        (format!(r#"[{audience},""]"#), Invalid),
        (format!(r#"[[{audience}]]"#), Invalid),
        (format!(r#"{{"aud":{audience}}}"#), Invalid),
        (r#""urn:logto:organization:""#.to_owned(), Invalid),
        (
            r#"["urn:logto:organization:a","urn:logto:organization:b"]"#.to_owned(),
            Invalid,
        ),
        (
            r#""urn:logto:resource:organizations""#.to_owned(),
            WrongAudience,
        ),
        (r#""urn:logto:organization""#.to_owned(), WrongAudience),
        (r#""URN:logto:organization:acme""#.to_owned(), WrongAudience),
        (
            r#"" urn:logto:organization:acme""#.to_owned(),
            WrongAudience,
        ),
        (r#""https://elsewhere.example""#.to_owned(), WrongAudience),
        (json!(format!("{PRODUCTS}/")).to_string(), WrongAudience),
        (json!(PRODUCTS.to_uppercase()).to_string(), WrongAudience),
        (json!(format!("{PRODUCTS}\0")).to_string(), WrongAudience),
        (
            json!(format!("{PRODUCTS} https://elsewhere.example")).to_string(),
            WrongAudience,
        ),
        (
            format!("[{}]", vec!["\"https://elsewhere.example\""; 200].join(",")),
            WrongAudience,
        ),
    ] {
        cases.push(with("aud", &value, expected));
    }
    if of_organization {
        cases.push(with("organization_id", r#""another""#, Invalid));
    }
    cases
}

fn values(forge: &Forge) -> Vec<(&'static str, String, Expected)> {
    let issuer = &forge.service.issuer;
    let now = forge.now();
    let text = |text: &str| json!(text).to_string();
    vec![
        ("iss", text(&format!("{issuer}/")), Invalid),
        ("iss", text(&format!("{issuer} ")), Invalid),
        ("iss", text(&format!("{issuer}\0")), Invalid),
        ("iss", text(&issuer.to_uppercase()), Invalid),
        ("iss", text(issuer.trim_end_matches("/oidc")), Invalid),
        ("iss", text(&issuer.replace("https", "http")), Invalid),
        ("iss", text(&format!("{issuer}.evil.example/oidc")), Invalid),
        ("iss", text("https://evil.example/oidc"), Invalid),
        ("iss", format!(r#"["{issuer}"]"#), Invalid),
        (
            "iss",
            format!(r#"["https://evil.example/oidc","{issuer}"]"#),
            Invalid,
        ),
        (
            "iss",
            format!(r#""{}""#, issuer.replace('t', "\\u0074")),
            Accepted,
        ),
        ("exp", (now - 3_600).to_string(), Expired),
        ("exp", (now + 100 * 365 * 86_400).to_string(), Accepted),
        ("iat", (now + 3_600).to_string(), Invalid),
        ("nbf", (now + 3_600).to_string(), Invalid),
        ("nbf", (now - 3_600).to_string(), Accepted),
        ("scope", text(""), Accepted),
        ("scope", text(&" ".repeat(4_000)), Accepted),
        ("scope", text("a\u{0}b \u{202e} é \"quoted\" \\"), Accepted),
        (
            "scope",
            text(&(0..1_000).map(|n| format!("s{n} ")).collect::<String>()),
            Accepted,
        ),
        ("sub", text("a\nlevel=ERROR msg=\"forged\""), Accepted),
        ("sub", text(&"s".repeat(4_000)), Accepted),
        ("jti", text("../../etc/passwd"), Accepted),
        ("client_id", text("\u{1b}[31mred"), Accepted),
        ("act", r#"{"sub":"bob"}"#.to_owned(), Accepted),
        ("act", nested_actors(50), Accepted),
        ("act", nested_actors(500), Invalid),
        ("act", r#"{"sub":"bob","sub":"carol"}"#.to_owned(), Invalid),
        ("act", r#"{"sub":7}"#.to_owned(), Invalid),
        ("act", r#"{"sub":""}"#.to_owned(), Invalid),
        ("act", text("bob"), Invalid),
    ]
}

fn nested_actors(depth: usize) -> String {
    format!(
        "{}{}{}",
        r#"{"sub":"a","act":"#.repeat(depth),
        r#"{"sub":"z"}"#,
        "}".repeat(depth)
    )
}

/// Returns the start and the length of a value, for the name of a case.
fn cut(value: &str) -> String {
    let start: String = value.chars().take(60).collect();
    format!("{start} ({} characters)", value.chars().count())
}
