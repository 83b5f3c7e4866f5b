//! Finds and reads `logto.toml`.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use logto_manifest::{FILE_NAME, Manifest, Mistake};
use toml::de::DeTable;

use crate::{failure::Failure, text::plain};

/// The maximum size of a `logto.toml` or `Cargo.toml`, in bytes.
pub(crate) const LARGEST: u64 = 4 << 20;

/// The folder of `logto.toml`. The file need not exist yet.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// The folder that contains or will contain `logto.toml`. Commands read the source below this folder.
    pub(crate) root: PathBuf,
    /// The path of `logto.toml`.
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
        let crate_folder = folder
            .ancestors()
            .find(|folder| folder.join("Cargo.toml").is_file())
            .unwrap_or(&folder);
        let file = match logto_manifest::find(crate_folder) {
            Some(file) => file,
            None => workspace_of(crate_folder)
                .unwrap_or(crate_folder)
                .join(FILE_NAME),
        };
        let root = file.parent().unwrap_or(crate_folder).to_owned();
        Ok(Self { root, file })
    }

    /// Reads `logto.toml`. Returns `None` if it does not exist.
    pub(crate) fn read(&self) -> Result<Option<Read>, Failure> {
        let shown = shown(&self.file);
        let refused = |problem: &str| Failure::configuration(format!("{shown} {problem}"));
        match fs::symlink_metadata(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Ok(data) if data.is_symlink() => {
                // A link in a stranger's repository must not lead to a private file of the user.
                let target = fs::canonicalize(&self.file).unwrap_or_default();
                if target.file_name().is_none_or(|name| name != FILE_NAME) {
                    return Err(refused(
                        "is a link, but not to a `logto.toml`; change or remove the link",
                    ));
                }
            }
            _ => {}
        }
        let text = read_text(&self.file, LARGEST)
            .map_err(|problem| refused(&format!("is not usable: {problem}")))?;
        Ok(Some(Read {
            shown,
            parsed: Manifest::parse(&text),
            text,
        }))
    }

    /// Reads `logto.toml`. Fails if the file does not exist or has mistakes.
    pub(crate) fn manifest(&self) -> Result<(String, Manifest), Failure> {
        let Some(read) = self.read()? else {
            return Err(self.missing());
        };
        match read.parsed {
            Ok(manifest) => Ok((read.shown, manifest)),
            Err(mistakes) => Err(invalid_file(&read.shown, &mistakes)),
        }
    }

    pub(crate) fn missing(&self) -> Failure {
        Failure::configuration(format!(
            "{} does not exist; create it with `cargo logto pull`",
            shown(&self.file)
        ))
    }
}

/// Returns the failure for a file with mistakes, with one line for each mistake.
pub(crate) fn invalid_file(shown: &str, mistakes: &[Mistake]) -> Failure {
    let lines = mistakes.iter();
    Failure::lines(lines.map(|it| format!("{shown}:{}: {}", it.line, it.message)))
}

/// Reads a regular file, or returns why the file can't be read.
///
/// A pipe or a device is not read, because it can be endless.
pub(crate) fn read_text(path: &Path, largest: u64) -> Result<String, String> {
    let explain = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    let data = fs::metadata(path).map_err(explain)?;
    if !data.is_file() {
        return Err("it is not a file".to_owned());
    }
    let too_large = || format!("it is larger than {} MiB", largest >> 20);
    if data.len() > largest {
        return Err(too_large());
    }
    let mut text = String::new();
    let file = File::open(path).map_err(explain)?;
    // The file may have grown since its length was read.
    let mut file = file.take(largest + 1);
    match file.read_to_string(&mut text).map_err(explain)? {
        read if read as u64 > largest => Err(too_large()),
        _ => Ok(text),
    }
}

/// Returns the path for messages. It is relative to the current folder if that folder contains the file.
/// Replaces each `\` with `/`, and escapes control characters.
pub(crate) fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let relative = path.strip_prefix(&current).or_else(|_| {
        let canonical = current.canonicalize().unwrap_or_default();
        path.strip_prefix(canonical)
    });
    let path = relative.unwrap_or(path);
    plain(&path.display().to_string().replace('\\', "/"))
}

/// Checks whether a `Cargo.toml` has this table, such as `[workspace]`.
pub(crate) fn has_table(cargo_toml: &Path, table: &str) -> bool {
    read_text(cargo_toml, LARGEST).is_ok_and(|text| {
        DeTable::parse(&text).is_ok_and(|parsed| parsed.get_ref().contains_key(table))
    })
}

fn workspace_of(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|folder| has_table(&folder.join("Cargo.toml"), "workspace"))
}
