//! Tests of the parser of claims, with each claim present, absent and ill-typed.

use serde_json::{Value, json};

use super::{ClaimError::*, *};

fn claims() -> Value {
    json!({
        "jti": "t1", "sub": "alice", "iat": 1_000, "exp": 4_600, "client_id": "app",
        "iss": "https://t.logto.app/oidc", "aud": "https://api.example.com",
    })
}

fn with(name: &str, value: Value) -> String {
    let mut all = claims();
    all[name] = value;
    all.to_string()
}

fn without(name: &str) -> String {
    let mut all = claims();
    all.as_object_mut().unwrap().remove(name);
    all.to_string()
}

fn rejection(json: &str) -> Option<ClaimError> {
    UnverifiedClaims::parse(json.as_bytes()).err()
}

#[test]
fn claims_as_logto_writes_them_are_read() {
    let text = with("scope", json!("read:a read:b"));
    let read = UnverifiedClaims::parse(text.as_bytes()).unwrap();
    assert_eq!(
        (&*read.subject, &*read.client_id, &*read.token_id),
        ("alice", "app", "t1")
    );
    assert_eq!(
        (read.issued_at, read.expires_at, read.not_before),
        (1_000, 4_600, None)
    );
    assert_eq!(read.audience[..], ["https://api.example.com"]);
    assert_eq!(read.scope.as_deref(), Some("read:a read:b"));
    assert_eq!((read.organization_id, read.actor), (None, None));
}

#[test]
fn the_error_names_the_required_claim_that_is_absent_or_ill_typed() {
    for claim in ["iss", "sub", "client_id", "jti", "aud", "exp", "iat"] {
        assert_eq!(rejection(&without(claim)), Some(Missing(claim)), "{claim}");
        for ill_typed in [json!(null), json!(true), json!({}), json!(1.5), json!([1])] {
            let rejected = rejection(&with(claim, ill_typed.clone()));
            assert_eq!(rejected, Some(IllTyped(claim)), "{claim}: {ill_typed}");
        }
    }
}

#[test]
fn text_claims_except_scope_are_non_empty_strings() {
    for claim in ["iss", "sub", "client_id", "jti", "aud", "organization_id"] {
        assert_eq!(
            rejection(&with(claim, json!(7))),
            Some(IllTyped(claim)),
            "{claim}"
        );
        assert_eq!(
            rejection(&with(claim, json!(""))),
            Some(Empty(claim)),
            "{claim}"
        );
    }
}

#[test]
fn times_are_64_bit_integers() {
    for claim in ["exp", "iat", "nbf"] {
        assert_eq!(
            rejection(&with(claim, json!("1000"))),
            Some(IllTyped(claim)),
            "{claim}"
        );
        for number in ["1e3", "1000.0", "9223372036854775808", "1e999", "-1e30"] {
            let text = with(claim, json!("@")).replace("\"@\"", number);
            let rejected = rejection(&text);
            assert_eq!(rejected, Some(IllTyped(claim)), "{claim}: {number}");
        }
        assert_eq!(rejection(&with(claim, json!(-5))), None, "{claim}");
    }
}

#[test]
fn optional_claims_may_be_absent_but_not_ill_typed() {
    for claim in ["nbf", "scope", "organization_id", "act"] {
        assert_eq!(rejection(&without(claim)), None, "{claim}");
        for ill_typed in [json!(null), json!(false), json!(["a"])] {
            let rejected = rejection(&with(claim, ill_typed.clone()));
            assert_eq!(rejected, Some(IllTyped(claim)), "{claim}: {ill_typed}");
        }
    }
    assert_eq!(rejection(&with("scope", json!(""))), None);
}

#[test]
fn an_audience_is_one_string_or_a_non_empty_array() {
    for (aud, expected) in [
        (json!(["a", "b"]), None),
        (json!(["a"]), None),
        (json!([]), Some(Empty("aud"))),
        (json!(["a", ""]), Some(Empty("aud"))),
        (json!(["a", 1]), Some(IllTyped("aud"))),
        (json!([["a"]]), Some(IllTyped("aud"))),
    ] {
        assert_eq!(rejection(&with("aud", aud.clone())), expected, "{aud}");
    }
}

#[test]
fn an_actor_must_have_a_subject() {
    for (act, expected) in [
        (json!({"sub": "bob"}), None),
        (json!({"sub": "bob", "act": {"sub": "carol"}}), None),
        (json!({}), Some(Missing("act.sub"))),
        (json!({"sub": ""}), Some(Empty("act.sub"))),
        (json!({"sub": 1}), Some(IllTyped("act"))),
        (json!("bob"), Some(IllTyped("act"))),
    ] {
        assert_eq!(rejection(&with("act", act.clone())), expected, "{act}");
    }
    let twice = with("act", json!("@")).replace("\"@\"", r#"{"sub":"a","sub":"b"}"#);
    assert_eq!(rejection(&twice), Some(IllTyped("act")));
}

#[test]
fn a_duplicate_json_member_is_rejected_even_if_its_claim_is_not_read() {
    for claim in ["iss", "sub", "client_id", "jti", "aud", "exp", "iat"] {
        let once = claims();
        let twice = format!("{{\"{claim}\":{},{}", once[claim], &once.to_string()[1..]);
        assert_eq!(rejection(&twice), Some(Malformed), "{claim}");
    }
    for others in [
        r#""plan":1,"plan":1"#,
        r#""a":{"b":1,"b":2}"#,
        r#""\u0073ub":"mallory""#,
    ] {
        let text = format!("{{{others},{}", &claims().to_string()[1..]);
        assert_eq!(rejection(&text), Some(Malformed), "{others}");
    }
}

#[test]
fn claims_that_are_not_an_object_are_malformed() {
    let trailing = format!("{}x", claims());
    let deep = with("x", json!("@")).replace("\"@\"", &"[".repeat(10_000));
    for text in ["", "null", "[]", "\"a\"", "{", &trailing, &deep] {
        assert_eq!(
            rejection(text),
            Some(Malformed),
            "{}",
            &text[..text.len().min(40)]
        );
    }
}
