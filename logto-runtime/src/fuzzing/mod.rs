//! Functions that check properties of the parsers. A property must hold for any input. Fuzz targets call the
//! functions.
//!
//! A function takes bytes, and returns nothing. It panics if its property does not hold.
//!
//! - Most functions compare a parser of this crate with a naive one: a simple and slow parser.
//! - `fuzz/` runs the functions under libFuzzer.
//! - `tests.rs` runs the functions with random input, most of it nearly valid.
//! - `decisions/` makes random tokens and requirements, and compares each decision with that of a naive
//!   function.
//!
//! Each of the other files has one public function. They can be read in any order.

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

/// Parses the input as a JSON object. The `bool` says whether `serde_json` serializes the object to exactly
/// the input. If so, the input does not repeat a field, and all parsers must agree on it.
fn object(json: &[u8]) -> (Option<Map<String, Value>>, bool) {
    let object: Option<Map<String, Value>> = serde_json::from_slice(json).ok();
    let written = object
        .as_ref()
        .and_then(|object| serde_json::to_vec(object).ok());
    let canonical = written.is_some_and(|written| written == json);
    (object, canonical)
}

/// Returns the text of a JSON string that is not empty.
fn text(value: &Value) -> Option<String> {
    value
        .as_str()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}
