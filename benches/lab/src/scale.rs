//! Measures how the cost of verifying a cached token depends on the numbers of keys, scopes and cached
//! tokens. Also measures how the cost of checking a policy depends on the number of scopes.

use std::hint::black_box;

use logto_runtime::{
    Algorithm, Policy,
    policy::{
        Requirement,
        ScopeExpr::{self, All, One},
    },
};
use serde_json::{Value, json};

use crate::{
    case::{Case, Work, runtime, verified},
    tenant::{self, RESOURCE},
};

/// Returns this many scopes, with names as in a large API.
pub fn scopes(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("api:s{number:03}"))
        .collect()
}

pub fn cases(counts: (u64, u64)) -> Vec<Case> {
    vec![
        Case::new("cached token, 1 key", counts, || known(1, 1, 0)),
        Case::new("cached token, 60 keys", counts, || known(60, 1, 0)),
        Case::new("cached token, 500 scopes", counts, || known(1, 500, 0)),
        // This token is as long as the one with 500 scopes. So the difference in time comes from the number
        // of scopes, not from the length.
        Case::new("cached token, 1 scope, as long", counts, || {
            known(1, 1, 499 * "api:s000 ".len())
        }),
        Case::new("decision, 1 scope of 1", counts, || decided::<Needs1>(1)),
        Case::new("decision, 1 scope of 500", counts, || {
            decided::<Needs1>(500)
        }),
        Case::new("decision, 64 scopes of 64", counts, || {
            decided::<Needs64>(64)
        }),
        Case::new("decision, 64 scopes of 500", counts, || {
            decided::<Needs64>(500)
        }),
    ]
}

/// Verifies a token with `scope_count` scopes and a claim of `padding` bytes. The key set has `keys` keys.
fn known(keys: usize, scope_count: usize, padding: usize) -> Work {
    let tenant = tenant::start(Algorithm::ES384);
    let mut members: Vec<Value> = key_set(&tenant.jwks_json());
    for _ in 1..keys {
        members.extend(key_set(&tenant::start(Algorithm::ES256).jwks_json()));
    }
    let logto = tenant::logto(&tenant).jwks_json(json!({ "keys": members }).to_string());
    let token = tenant::token(&tenant).scopes(scopes(scope_count));
    let token = token.claim("padding", "x".repeat(padding)).mint();
    verified(logto.build().expect("a Logto"), token, tenant)
}

fn key_set(document: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(document).expect("a key set");
    document["keys"].as_array().expect("keys").clone()
}

/// Verifies this many cached tokens in turn.
pub fn known_among(token_count: usize) -> Work {
    let tenant = tenant::start(Algorithm::EdDSA);
    let logto = tenant::logto(&tenant).token_cache_bytes(512 << 20).build();
    let logto = logto.expect("a Logto");
    let tokens: Vec<String> = (0..token_count)
        .map(|_| tenant::token(&tenant).mint())
        .collect();
    let runtime = runtime();
    runtime.block_on(async {
        for token in &tokens {
            drop(logto.verify(token).await.expect("a good token"));
        }
    });
    // A prime stride visits all tokens. The stride is large, so the processor cannot load the next token in
    // advance.
    let (mut next, stride) = (0, 7_919);
    Box::new(move |count| {
        let _served = &tenant;
        runtime.block_on(async {
            for _ in 0..count {
                black_box(logto.verify(&tokens[next]).await.expect("a good token"));
                next = (next + stride) % tokens.len();
            }
        });
    })
}

/// Checks a policy for a verified caller.
fn decided<P: Policy>(scope_count: usize) -> Work {
    let tenant = tenant::start(Algorithm::ES384);
    let logto = tenant::logto(&tenant).build().expect("a Logto");
    let token = tenant::token(&tenant)
        .resource(RESOURCE)
        .scopes(scopes(scope_count))
        .mint();
    let runtime = runtime();
    let caller = runtime
        .block_on(logto.verify(&token))
        .expect("a good token");
    Box::new(move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                let checked = black_box(&caller).check::<P>().await;
                checked.expect("the scopes");
            }
        });
    })
}

pub struct Needs1;

impl Policy for Needs1 {
    const REQUIREMENT: Requirement = Requirement::scopes(One("api:s000"));
}

pub struct Needs64;

impl Policy for Needs64 {
    const REQUIREMENT: Requirement = Requirement::scopes(All(&SCOPES));
}

macro_rules! scopes {
    ($($number:literal)*) => {
        [$(One(concat!("api:s0", $number))),*]
    };
}

#[rustfmt::skip]
const SCOPES: [ScopeExpr; 64] = scopes![
    "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15"
    "16" "17" "18" "19" "20" "21" "22" "23" "24" "25" "26" "27" "28" "29" "30" "31"
    "32" "33" "34" "35" "36" "37" "38" "39" "40" "41" "42" "43" "44" "45" "46" "47"
    "48" "49" "50" "51" "52" "53" "54" "55" "56" "57" "58" "59" "60" "61" "62" "63"
];
