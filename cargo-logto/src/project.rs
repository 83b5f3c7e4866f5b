//! Finds `logto.toml` and the folders around it.

use std::path::{Path, PathBuf};

use logto_manifest::{FILE_NAME, Manifest, Mistake};
use toml::de::DeTable;

use crate::failure::Failure;

/// The folder of `logto.toml`, which may not exist yet.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// The folder that has or gets `logto.toml`. All source below it is checked.
    pub(crate) root: PathBuf,
    /// `logto.toml`.
    pub(crate) file: PathBuf,
}

/// A `logto.toml` that was read.
pub(crate) struct Read {
    /// The path as messages show it.
    pub(crate) shown: String,
    pub(crate) text: String,
    pub(crate) parsed: Result<Manifest, Vec<Mistake>>,
}

impl Project {
    /// Finds the project of a `Cargo.toml`, or of the current folder.
    pub(crate) fn find(manifest_path: Option<&Path>) -> Result<Self, Failure> {
        let folder = match manifest_path {
            None => std::env::current_dir()
                .map_err(|error| Failure::configuration(format!("no current folder: {error}")))?,
            Some(path) if path.is_file() => {
                let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
                absolute.parent().unwrap_or(Path::new(".")).to_owned()
            }
            Some(path) => {
                return Err(Failure::configuration(format!(
                    "{} is not a file; write the path of a Cargo.toml",
                    path.display()
                )));
            }
        };
        let own = folder
            .ancestors()
            .find(|folder| folder.join("Cargo.toml").is_file())
            .unwrap_or(&folder);
        let file = match logto_manifest::find(own) {
            Some(file) => file,
            None => workspace_of(own).unwrap_or(own).join(FILE_NAME),
        };
        let root = file.parent().unwrap_or(own).to_owned();
        Ok(Self { root, file })
    }

    /// Reads `logto.toml`. Returns `None` if it does not exist.
    pub(crate) fn read(&self) -> Result<Option<Read>, Failure> {
        let shown = shown(&self.file);
        match std::fs::read_to_string(&self.file) {
            Ok(text) => Ok(Some(Read {
                shown,
                parsed: Manifest::parse(&text),
                text,
            })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::configuration(format!(
                "can't read {shown}: {error}"
            ))),
        }
    }

    /// Reads a `logto.toml` that must exist and be without mistakes.
    pub(crate) fn manifest(&self) -> Result<(String, Manifest), Failure> {
        let Some(read) = self.read()? else {
            return Err(self.missing());
        };
        match read.parsed {
            Ok(manifest) => Ok((read.shown, manifest)),
            Err(mistakes) => Err(with_mistakes(&read.shown, &mistakes)),
        }
    }

    pub(crate) fn missing(&self) -> Failure {
        Failure::configuration(format!(
            "there is not a {FILE_NAME} in {}; create it with `cargo logto pull`",
            self.root.display()
        ))
    }
}

/// Returns the failure of a file with mistakes, each on a line of its own.
pub(crate) fn with_mistakes(shown: &str, mistakes: &[Mistake]) -> Failure {
    let lines: Vec<_> = mistakes
        .iter()
        .map(|mistake| format!("{shown}:{}: {}", mistake.line, mistake.message))
        .collect();
    Failure::configuration(lines.join("\n"))
}

/// Returns the path relative to the current folder, with slashes.
pub(crate) fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let relative = path.strip_prefix(&current).or_else(|_| {
        let canonical = current.canonicalize().unwrap_or_default();
        path.strip_prefix(canonical)
    });
    let path = relative.unwrap_or(path);
    path.display().to_string().replace('\\', "/")
}

/// Checks whether a `Cargo.toml` has the table, such as `[workspace]`.
pub(crate) fn has_table(cargo_toml: &Path, table: &str) -> bool {
    std::fs::read_to_string(cargo_toml).is_ok_and(|text| {
        DeTable::parse(&text).is_ok_and(|parsed| parsed.get_ref().contains_key(table))
    })
}

fn workspace_of(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|folder| has_table(&folder.join("Cargo.toml"), "workspace"))
}
