//! The recorded tokens of Logto servers, and the answers that the guards must give.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// The file with the key set. For some tokens, `jwks` in `expected-decisions.json` names a different file.
pub(crate) const KEY_SET: &str = "jwks.json";

/// The contents of `expected-decisions.json`.
#[derive(Deserialize)]
pub(crate) struct Recorded {
    pub(crate) guards: BTreeMap<String, String>,
    pub(crate) organization_a: String,
    pub(crate) tokens: Vec<Token>,
}

#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) file: String,
    pub(crate) token_pointer: String,
    jwks: Option<String>,
    pub(crate) issuer: String,
    /// A time at which the token was valid, in seconds since the epoch.
    pub(crate) now: u64,
    pub(crate) decisions: BTreeMap<String, Decision>,
}

#[derive(Deserialize)]
pub(crate) struct Decision {
    pub(crate) status: u16,
    pub(crate) error: Option<String>,
    pub(crate) organization_id: Option<String>,
}

impl Recorded {
    pub(crate) fn read() -> Self {
        read("expected-decisions.json")
    }
}

impl Token {
    pub(crate) fn text(&self) -> String {
        let file: Value = read(&self.file);
        let text = file.pointer(&self.token_pointer).and_then(Value::as_str);
        text.unwrap().to_owned()
    }

    /// Returns the name of the file with the key set for this token.
    pub(crate) fn key_set_file(&self) -> &str {
        self.jwks.as_deref().unwrap_or(KEY_SET)
    }
}

pub(crate) fn read<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    serde_json::from_str(&text_of(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

pub(crate) fn text_of(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recorded");
    fs::read_to_string(path.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}
