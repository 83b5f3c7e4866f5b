//! Loads and caches `logto.toml`, which lists the resources, scopes and permissions of the tenant.
//!
//! The input is the folder of the crate that is being compiled, from `CARGO_MANIFEST_DIR`. The
//! output is a [`ManifestFile`], or `None` if the file is missing, can't be read or has mistakes.
//!
//! - The crate's folder is searched first, then each folder above it, up to the folder of the workspace. The
//!   first file is used. Without a workspace, only the crate's folder is searched.
//! - The file is parsed again only after it has changed. In an editor, all expansions happen in one
//!   long-running process, so the file can change between them.
//! - Only one attribute or `scopes!` reports the mistakes of the file. Otherwise, a crate with many
//!   attributes would repeat them. The other attributes are expanded as if there were no file.
//!
//! `logto-manifest` finds and parses `logto.toml`. This module caches it and reports its mistakes.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::SystemTime,
};

use logto_manifest::{Manifest, Mistake};
use proc_macro2::Span;

use crate::errors::Errors;

/// A `logto.toml` without mistakes.
#[derive(Debug)]
pub(crate) struct ManifestFile {
    path: PathBuf,
    contents: Manifest,
}

impl std::ops::Deref for ManifestFile {
    type Target = Manifest;

    fn deref(&self) -> &Manifest {
        &self.contents
    }
}

impl ManifestFile {
    /// Returns the file's path as messages show it.
    pub(crate) fn place(&self) -> String {
        shown(&self.path)
    }

    /// Returns the path for `include_bytes!`, which makes the crate depend on the file.
    ///
    /// Returns `None` if the path is not valid UTF-8. A change of the file then does not rebuild
    /// the crate.
    pub(crate) fn path(&self) -> Option<&str> {
        self.path.to_str()
    }

    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Self {
        Self {
            path: logto_manifest::FILE_NAME.into(),
            contents: Manifest::parse(text).unwrap(),
        }
    }
}

/// Loads the file of the crate that is being compiled.
///
/// Returns `None` if the file is missing, can't be read or has mistakes.
pub(crate) fn load(errors: &mut Errors) -> Option<Arc<ManifestFile>> {
    static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

    let path = find()?;
    let attribute = format!("{:?}", Span::call_site());
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    cache.load(path, &attribute, errors)
}

/// Returns whether the crate that is being compiled has a `logto.toml`, with or without mistakes.
pub(crate) fn exists() -> bool {
    find().is_some()
}

fn find() -> Option<PathBuf> {
    let crate_folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?);
    logto_manifest::find(&crate_folder)
}

/// Returns the path as rustc shows paths: a path below the current folder is relative to that folder.
fn shown(path: &Path) -> String {
    let folder = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The files that were read, by path.
#[derive(Default)]
struct Cache(HashMap<PathBuf, Cached>);

/// The result of reading one file.
struct Cached {
    stamp: Option<Stamp>,
    read: Result<Arc<ManifestFile>, InvalidFile>,
}

/// Identifies a version of the file by its modification time and length.
#[derive(PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

/// A file that has mistakes or can't be read.
struct InvalidFile {
    messages: Vec<String>,
    /// The span of the attribute or `scopes!` that reports the mistakes, as `Debug` prints it.
    reporter: Option<String>,
}

impl Cache {
    fn load(
        &mut self,
        path: PathBuf,
        attribute: &str,
        errors: &mut Errors,
    ) -> Option<Arc<ManifestFile>> {
        let stamp = Stamp::of(&path);
        let cached = match self.0.remove(&path) {
            Some(cached) if cached.stamp == stamp => cached,
            _ => Cached::read(&path, stamp),
        };
        match &mut self.0.entry(path).or_insert(cached).read {
            Ok(manifest) => Some(Arc::clone(manifest)),
            Err(invalid) => {
                invalid.report(attribute, errors);
                None
            }
        }
    }
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        Some(Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
        })
    }
}

impl Cached {
    fn read(path: &Path, stamp: Option<Stamp>) -> Self {
        let place = shown(path);
        let read = match std::fs::read_to_string(path) {
            Err(error) => Err(vec![format!("{place}: can't read the file: {error}")]),
            Ok(text) => Manifest::parse(&text).map_err(|mistakes| {
                mistakes
                    .iter()
                    .map(|Mistake { line, message, .. }| format!("{place}:{line}: {message}"))
                    .collect()
            }),
        };
        Self {
            stamp,
            read: match read {
                Ok(contents) => Ok(Arc::new(ManifestFile {
                    path: path.to_owned(),
                    contents,
                })),
                Err(messages) => Err(InvalidFile {
                    messages,
                    reporter: None,
                }),
            },
        }
    }
}

impl InvalidFile {
    fn report(&mut self, attribute: &str, errors: &mut Errors) {
        let reporter = self.reporter.get_or_insert_with(|| attribute.to_owned());
        if reporter == attribute {
            for message in &self.messages {
                errors.span(Span::call_site(), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct File(PathBuf);

    impl File {
        fn new(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("logto-{}-{name}.toml", std::process::id())))
        }

        fn write(&self, scopes: &str) {
            let text =
                format!("[[resource]]\nindicator = \"https://a.example\"\nscopes = {scopes}\n");
            fs::write(&self.0, text).unwrap();
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            fs::remove_file(&self.0).unwrap();
        }
    }

    fn load(cache: &mut Cache, file: &File, attribute: &str) -> Result<Arc<ManifestFile>, String> {
        let mut errors = Errors::default();
        let loaded = cache.load(file.0.clone(), attribute, &mut errors);
        loaded.ok_or_else(|| {
            errors
                .into_error()
                .map_or_else(String::new, |error| error.to_string())
        })
    }

    #[test]
    fn a_file_is_read_again_only_after_it_has_changed() {
        let file = File::new("again");
        let mut cache = Cache::default();
        file.write("[\"read:data\"]");
        let first = load(&mut cache, &file, "a").unwrap();
        assert!(Arc::ptr_eq(&first, &load(&mut cache, &file, "b").unwrap()));

        file.write("[\"read:data\", \"write:data\"]");
        let second = load(&mut cache, &file, "a").unwrap();
        assert!(!first.resources[0].has_scope("write:data"));
        assert!(second.resources[0].has_scope("write:data"));
    }

    #[test]
    fn mistakes_of_the_file_are_reported_by_one_attribute() {
        let file = File::new("mistakes");
        let mut cache = Cache::default();
        file.write("1");
        let report = load(&mut cache, &file, "a").unwrap_err();
        assert!(
            report.ends_with(".toml:3: expected a list of strings"),
            "{report}"
        );
        assert_eq!(load(&mut cache, &file, "b").unwrap_err(), "");
        assert_eq!(load(&mut cache, &file, "a").unwrap_err(), report);

        file.write("[\"a b\"]");
        let report = load(&mut cache, &file, "b").unwrap_err();
        assert!(report.contains("white space"), "{report}");
    }
}
