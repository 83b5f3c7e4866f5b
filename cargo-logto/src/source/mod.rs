//! Finds guards in the source, without a build.
//!
//! In: the folder of `logto.toml`. Out: [`Source`], the guards with their places, the scopes that other code
//! names, the settings of revocation, and warnings about files that were not read.
//!
//! - Only code of the program counts: `src/`, `examples/` and the targets that a `Cargo.toml`
//!   names. Tests and items under `#[cfg(test)]` do not count.
//! - Attributes are recognized by the last segment of their path. An attribute that was renamed, or that
//!   a macro writes, is not seen.
//! - An argument that does not parse is passed over, since the compiler reports it.
//!
//! Files, in reading order:
//!
//! - `files`: finds the files to read
//! - `depth`: measures how deeply a file is nested
//! - `parse`: parses a file, if it is not nested too deeply
//! - `modules`: finds the files that are for tests only
//! - `contents`: the type [`Source`]
//! - `guard`: the types for a guard
//! - `arguments`: parses the arguments of an attribute
//! - `revocation`: reads the settings of revocation
//! - `visitor`: walks through a file, and collects guards, scopes in other code, settings and modules
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
    /// Reads the source of the program below the folder.
    ///
    /// The parser calls itself for each level of nesting, so it runs on a thread with a large stack.
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
    source.unread.extend(found.outside);
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
