//! Runs the functions of the parent module with random input, most of it nearly valid.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select, subsequence},
};
use serde_json::{Map, Value, json};

use super::{bearer, claims, header, key_set, scope};

const RFC_EXAMPLES: &str = include_str!("../jwks/rfc_examples.json");

/// Removes or changes up to two bytes of a text. In one case of ten, generates random bytes instead.
fn near(text: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let changed =
        (text, vec((any::<Index>(), any::<Option<u8>>()), 0..3)).prop_map(|(text, changes)| {
            let mut bytes = text.into_bytes();
            for (at, byte) in changes {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match byte {
                    Some(byte) => bytes[at] = byte,
                    None => drop(bytes.remove(at)),
                }
            }
            bytes
        });
    prop_oneof![1 => vec(any::<u8>(), 0..200), 9 => changed]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        select(vec![
            json!(null),
            json!(true),
            json!(""),
            json!("at+jwt"),
            json!("AT+JWT"),
            json!("ES384"),
            json!("none"),
            json!("k"),
            json!(0),
            json!(-1),
            json!(1.5),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(["a"]),
            json!(["a", ""]),
            json!([]),
            json!({"sub": "b"}),
            json!({"sub": ""}),
            json!({}),
            json!("a b"),
        ]),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let object = prop::collection::btree_map("[a-c]", inner.clone(), 0..3);
        prop_oneof![
            vec(inner, 0..3).prop_map(Value::from),
            object.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Generates variants of a valid object: some fields are replaced, omitted, repeated or added.
fn objects(valid: &Value) -> impl Strategy<Value = String> {
    let valid: Vec<(String, Value)> = valid.as_object().unwrap().clone().into_iter().collect();
    let names: Vec<String> = valid.iter().map(|(name, _)| name.clone()).collect();
    let name = prop_oneof![4 => select(names), 1 => "[a-z]{0,6}", 1 => Just("crit".to_owned())];
    let count = valid.len();
    let kept = prop_oneof![3 => Just(valid.clone()), 1 => subsequence(valid, 0..=count)];
    (kept, vec((name, value()), 0..3), any::<bool>()).prop_map(|(kept, changes, twice)| {
        if twice {
            let members = kept.into_iter().chain(changes);
            let members: Vec<_> = members
                .map(|(name, value)| format!("{}:{value}", json!(name)))
                .collect();
            return format!("{{{}}}", members.join(","));
        }
        let members: Map<String, Value> = kept.into_iter().chain(changes).collect();
        Value::Object(members).to_string()
    })
}

fn valid_header() -> Value {
    json!({"alg": "ES384", "typ": "at+jwt", "kid": "k"})
}

fn valid_claims() -> Value {
    json!({
        "iss": "https://t.logto.app/oidc", "sub": "alice", "client_id": "app", "jti": "t",
        "aud": "a", "exp": 2, "iat": 1, "nbf": 1, "scope": "a b", "organization_id": "o",
        "act": {"sub": "bob"},
    })
}

/// Generates key sets with keys from the RFCs. Some of the keys have changed fields, and some entries are not
/// keys.
fn key_sets() -> impl Strategy<Value = String> {
    let examples: Vec<Value> = serde_json::from_str(RFC_EXAMPLES).unwrap();
    let keys: Vec<Value> = examples
        .into_iter()
        .map(|example| example["jwk"].clone())
        .collect();
    let member = select(vec![
        "kty", "crv", "x", "y", "n", "e", "alg", "use", "kid", "key_ops",
    ]);
    let word = select(vec![
        "EC", "RSA", "OKP", "oct", "P-256", "ES256", "PS384", "sig", "enc", "AQAB", "AA", "a", "b",
    ]);
    let change = (
        member,
        prop_oneof![3 => word.prop_map(Value::from), 1 => value()],
    );
    let key = (select(keys), select(vec!["a", "b", "c"]), vec(change, 0..2)).prop_map(
        |(mut key, id, changes)| {
            key["kid"] = json!(id);
            for (member, value) in changes {
                key[member] = value;
            }
            key
        },
    );
    vec(prop_oneof![9 => key, 1 => value()], 0..4)
        .prop_map(|keys| json!({"keys": keys}).to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn authorization_headers_are_parsed_as_by_a_naive_parser(
        input in near(
            select(vec!["Bearer a.b.c", "bearer  a", "BEARER a\nBearer b", "Basic x", ""])
                .prop_map(str::to_owned)
        )
    ) {
        bearer(&input);
    }

    #[test]
    fn token_headers_are_parsed_as_by_a_naive_parser(input in near(objects(&valid_header()))) {
        header(&input);
    }

    #[test]
    fn claims_are_parsed_as_by_a_naive_parser(input in near(objects(&valid_claims()))) {
        claims(&input);
    }

    #[test]
    fn scopes_are_parsed_as_by_a_naive_parser(
        input in near(vec("[a-eA]{0,2}", 0..24).prop_map(|scopes| scopes.join(" ")))
    ) {
        scope(&input);
    }

    #[test]
    fn a_serialized_header_is_parsed_back(
        algorithm in select(crate::Algorithm::ALL.to_vec()), key_id in "\\PC{1,40}"
    ) {
        let written = json!({"alg": algorithm.name(), "typ": "at+jwt", "kid": key_id}).to_string();
        let all = crate::Algorithm::ALL.into_iter().collect();
        let read = crate::token::header::Header::parse(written.as_bytes(), all).unwrap();
        prop_assert_eq!(read.algorithm, algorithm);
        prop_assert_eq!(&*read.key_id, key_id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn usable_keys_are_found_by_kid_and_a_refresh_keeps_them(input in near(key_sets())) {
        key_set(&input);
    }
}
