//! Parses a source file. The file need not be trusted.

use std::path::Path;

use proc_macro2::TokenStream;

use super::depth;
use crate::{finding::Finding, project::read_text};

/// The size in bytes of the largest file that is read.
const LARGEST: u64 = 8 << 20;
/// The greatest depth of a file that is parsed, as `depth::of` counts it. Each call in a chain, such as
/// `.route(…)`, adds to the depth. So the limit is high.
const DEEPEST: usize = 8_000;

/// The stack, in bytes, of a thread that parses source as deep as [`DEEPEST`]. Only the part that is used
/// takes memory.
pub(super) const STACK: usize = 1 << 30;

/// Parses a file. Returns a warning if that fails.
pub(super) fn parse(path: &Path, shown: &str) -> Result<syn::File, Finding> {
    let text = read_text(path, LARGEST).map_err(|problem| unread(shown, 1, &problem))?;
    let broken = |error: &syn::Error| unread(shown, error.span().start().line, &error.to_string());
    // The first line of a script (`#!/…`) is not Rust.
    let rust = match text.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => {
            rest.split_once('\n').unwrap_or_default().1
        }
        _ => &text,
    };
    let tokens: TokenStream = rust
        .parse()
        .map_err(|error| broken(&syn::Error::from(error)))?;
    if depth::of(tokens) > DEEPEST {
        let problem = "it is nested too deeply; put parts of its longest expression into variables";
        return Err(unread(shown, 1, problem));
    }
    syn::parse_file(&text).map_err(|error| broken(&error))
}

/// Returns a warning about guards that are not seen.
fn unread(shown: &str, line: usize, reason: &str) -> Finding {
    let message = format!("guards in {shown} are not seen, because it can't be read: {reason}");
    Finding::warning("unread_file", message).at_line(shown, line)
}
