//! Finds guards in the source, without a build.
//!
//! The input is the folder of `logto.toml`. The output is a [`Source`].
//!
//! - The files in `src/` and `examples/` are read. So are the libraries, binaries and examples whose paths a
//!   `Cargo.toml` sets.
//! - Test functions are skipped. So are functions, structs, modules and `impl` blocks under `#[cfg(test)]`.
//! - Attributes are recognized by the last segment of their path. An attribute that was renamed, or that
//!   a macro writes, is not seen.
//! - An argument that is unknown or does not parse is skipped. The other arguments are read.
//!
//! Files, in reading order:
//!
//! - `files`: finds the files to read
//! - `depth`: measures how deeply a file is nested
//! - `parse`: parses a file, if it is not nested too deeply
//! - `modules`: finds the files that are for tests only
//! - `contents`: the type [`Source`]
//! - `guard`: the type `Guard` and the types of its fields
//! - `arguments`: parses the arguments of an attribute
//! - `revocation`: reads the settings of revocation
//! - `visitor`: walks through a file and fills a [`Source`]
//! - `names`: looks up the resource and the scopes of a guard in `logto.toml`

mod arguments;
mod contents;
mod depth;
mod files;
pub(crate) mod guard;
mod modules;
pub(crate) mod names;
mod parse;
mod revocation;
mod visitor;

use std::{
    path::{Path, PathBuf},
    thread,
};

pub(crate) use self::{contents::Source, revocation::Revocation};
use self::{modules::Modules, visitor::Visitor};
use crate::{failure::Failure, project::shown};

impl Source {
    /// Reads the source of the program in the folder `root`.
    ///
    /// Runs on a thread with a large stack, because the parser calls itself for each level of nesting.
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let root = root.to_owned();
        let failed = |problem: String| {
            Failure::configuration(format!("can't read the source: {problem}; report this"))
        };
        let reader = thread::Builder::new().stack_size(parse::STACK);
        let reader = reader
            .spawn(move || read(&root))
            .map_err(|error| failed(error.to_string()))?;
        let read = reader.join();
        read.unwrap_or_else(|_| Err(failed("the parser stopped".to_owned())))
    }
}

fn read(root: &Path) -> Result<Source, Failure> {
    let found = files::of(root)?;
    let mut source = Source::default();
    source.unread.extend(found.unread);
    let mut modules = Modules::default();
    let mut read: Vec<(PathBuf, Source)> = Vec::new();
    for path in found.files {
        let place = shown(&path);
        let mut own = Source::default();
        match parse::parse(&path, &place) {
            Ok(file) => Visitor::new(&path, &place, &mut own, &mut modules).file(&file),
            Err(unread) => own.unread.push(unread),
        }
        read.push((path, own));
    }
    for (path, own) in read {
        if !modules.is_test_only(&path) {
            source.add(own);
        }
    }
    Ok(source)
}
