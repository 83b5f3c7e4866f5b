//! Finds guards in the source, without a build.
//!
//! In: the folder of `logto.toml`. Out: [`Source`], the guards with their places, and what the
//! program says about revocation.
//!
//! - Only code of the program counts: `src/`, `examples/` and the targets that a `Cargo.toml`
//!   names. Tests, and items under `#[cfg(test)]`, do not.
//! - Attributes are known by the last segment of their path. An attribute that was renamed, or that
//!   a macro writes, is not seen.
//! - An attribute that does not parse is skipped, since the compiler reports it.
//!
//! Files, in reading order:
//!
//! - `files`: which files are read
//! - `contents`: what they say
//! - `guard`: a guard as types
//! - `arguments`: parses the arguments of an attribute
//! - `revocation`: what the program says about revocation
//! - `visitor`: walks through a file
//! - `names`: finds the scopes that a guard names in `logto.toml`

mod arguments;
mod contents;
mod files;
pub(crate) mod guard;
pub(crate) mod names;
mod revocation;
mod visitor;

use std::path::Path;

use self::visitor::Visitor;
pub(crate) use self::{contents::Source, revocation::Revocation};
use crate::{
    failure::Failure,
    finding::{Finding, Place},
    project::shown,
};

impl Source {
    /// Reads all source below the folder.
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let mut source = Self::default();
        for path in files::of(root)? {
            let place = shown(&path);
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) => {
                    source.unread.push(unread(&place, 1, &error.to_string()));
                    continue;
                }
            };
            match syn::parse_file(&text) {
                Ok(file) => Visitor::new(&place, &mut source).file(&file),
                Err(error) => {
                    let line = error.span().start().line;
                    source.unread.push(unread(&place, line, &error.to_string()));
                }
            }
        }
        Ok(source)
    }
}

fn unread(file: &str, line: usize, reason: &str) -> Finding {
    Finding::warning(
        "unread_file",
        format!("guards in {file} are not seen, because it can't be read: {reason}"),
    )
    .at(&Place {
        file: file.to_owned(),
        line,
        column: None,
    })
}
