//! What holds for any input whatever: the bodies of the fuzz targets.
//!
//! `fuzz/` runs them under libFuzzer, the tests beside them with random input of the right shape.
//! Each compares our reader with a naive one that takes its time.

mod bearer;
mod claims;
#[cfg(test)]
mod decisions;
mod header;
mod key_set;
mod scope;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

pub use self::{bearer::bearer, claims::claims, header::header, key_set::key_set, scope::scope};

/// The input as an object, and whether nothing about its text is left to a reader's taste: no
/// member can be in it twice.
fn object(json: &[u8]) -> (Option<Map<String, Value>>, bool) {
    let object: Option<Map<String, Value>> = serde_json::from_slice(json).ok();
    let written = object
        .as_ref()
        .and_then(|object| serde_json::to_vec(object).ok());
    let canonical = written.is_some_and(|written| written == json);
    (object, canonical)
}

fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
