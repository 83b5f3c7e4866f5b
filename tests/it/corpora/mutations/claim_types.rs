//! Claims that are absent, empty, of a wrong type, or at the limits of `i64`.

use super::{super::members::Members, Case, Expected, Forge};
use Expected::{Accepted, Expired, Invalid};

const REQUIRED: [&str; 7] = ["iss", "sub", "client_id", "jti", "aud", "exp", "iat"];
const OPTIONAL: [&str; 4] = ["nbf", "scope", "organization_id", "act"];

/// Values that are invalid for every claim.
const NEVER: [&str; 8] = [
    "null",
    "true",
    "false",
    "1.5",
    "{}",
    "[[]]",
    "[null]",
    r#"{"$serde_json::private::Number":"1"}"#,
];

/// Values that are not a string.
const NO_TEXT: [&str; 6] = ["7", "-1", "[]", r#"["a"]"#, r#"{"0":"a"}"#, "1e400"];

/// Values that are not read as an `i64`.
const NO_TIME: [&str; 22] = [
    r#""""#,
    r#""1800000000""#,
    r#""Infinity""#,
    r#""2030-01-01T00:00:00Z""#,
    "[]",
    "[1800000000]",
    "1800000000.0",
    "1800000000.5",
    "18e8",
    "-18e8",
    "0.0",
    "-0",
    "-0.5",
    "1e308",
    "-1e308",
    "1e999",
    "-1e999",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "100000000000000000000000000000000000000000",
];

/// Texts that are not JSON. Most look like numbers.
const NO_NUMBER: [&str; 8] = [
    "Infinity",
    "-Infinity",
    "NaN",
    "+1800000000",
    "01800000000",
    "0x6b49d200",
    "1_800_000_000",
    "",
];

pub(super) fn of(forge: &Forge, members: &Members) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |claim: &str, value: &str, expected| {
        let text = members.clone().with(claim, value).to_string();
        cases.push(forge.claims(&format!("{claim} is {value}"), text, expected));
    };
    for claim in REQUIRED.into_iter().chain(OPTIONAL) {
        for value in NEVER {
            add(claim, value, Invalid);
        }
    }
    for claim in ["iss", "sub", "client_id", "jti", "organization_id", "scope"] {
        for value in NO_TEXT {
            add(claim, value, Invalid);
        }
    }
    for claim in ["iss", "sub", "client_id", "jti", "aud", "organization_id"] {
        add(claim, r#""""#, Invalid);
    }
    for claim in ["exp", "iat", "nbf"] {
        for value in NO_TIME.into_iter().chain(NO_NUMBER) {
            add(claim, value, Invalid);
        }
    }
    for value in ["-1", "0", "1", "-9223372036854775808"] {
        add("exp", value, Expired);
        add("iat", value, Accepted);
        add("nbf", value, Accepted);
    }
    add("exp", "9223372036854775807", Accepted);
    add("iat", "9223372036854775807", Invalid);
    add("nbf", "9223372036854775807", Invalid);
    for claim in REQUIRED {
        let text = members.clone().without(claim).to_string();
        cases.push(forge.claims(&format!("{claim} is absent"), text, Invalid));
    }
    for claim in ["nbf", "scope", "act"] {
        let text = members.clone().without(claim).to_string();
        cases.push(forge.claims(&format!("{claim} is absent"), text, Accepted));
    }
    cases
}
