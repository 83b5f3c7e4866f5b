//! Writes seeds for the fuzz targets: the tokens of the corpora, parts of these tokens, and key sets.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::{CASES, RFC_EXAMPLES, base64url};

/// The maximum length of a seed, in bytes. Longer seeds do not help a fuzzer.
const LONGEST: usize = 2_048;
/// The maximum number of seeds of a fuzz target. A fuzzer that reads more has too little time left to fuzz.
const MOST: usize = 2_000;

#[test]
#[ignore = "writes files; .ci/fuzz runs it"]
fn the_corpora_are_written_as_seeds() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus"));
    let tokens = || CASES.iter().map(|case| case.token.clone().into_bytes());
    let segment = |number: usize| {
        CASES.iter().filter_map(move |case| {
            let segment = case.token.split('.').nth(number)?;
            super::try_decoded(segment)
        })
    };
    write(folder, "token", tokens());
    write(folder, "header", segment(0));
    write(folder, "claims", segment(1));
    let bearer = |token: Vec<u8>| [b"Bearer ", &token[..]].concat();
    write(folder, "bearer", tokens().map(bearer));
    let scopes = CASES.iter().filter_map(|case| {
        let claims = case.claims()?;
        Some(claims.get("scope")?.as_str()?.as_bytes().to_vec())
    });
    write(folder, "scope", scopes);
    let sets = CASES.iter().map(|case| case.service.jwks.clone());
    let examples: Vec<Value> = serde_json::from_str(RFC_EXAMPLES).unwrap();
    let examples = examples.iter().map(|example| {
        let mut jwk = example["jwk"].clone();
        // The examples have no `kid`, and a key without a `kid` is not usable.
        jwk["kid"] = base64url("rfc").into();
        serde_json::json!({"keys": [jwk]}).to_string()
    });
    write(
        folder,
        "key_set",
        sets.chain(examples).map(String::into_bytes),
    );
}

fn write(folder: &Path, target: &str, seeds: impl Iterator<Item = Vec<u8>>) {
    let folder = folder.join(target);
    fs::create_dir_all(&folder).unwrap();
    let seeds: BTreeSet<_> = seeds.filter(|seed| seed.len() <= LONGEST).collect();
    assert!(!seeds.is_empty(), "{target}");
    let step = seeds.len().div_ceil(MOST);
    for (number, seed) in seeds.iter().step_by(step).enumerate() {
        fs::write(folder.join(format!("seed-{number}")), seed).unwrap();
    }
}
