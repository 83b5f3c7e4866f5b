//! Finds the files that are modules for tests only.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use syn::{Expr, ItemMod, Lit, Meta};

/// The files of modules without a body, such as `mod routes;`, and the folders of their submodules.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// Modules that are declared without `#[cfg(test)]`, and the files with these declarations.
    code: HashMap<PathBuf, Vec<PathBuf>>,
    /// Modules that are declared with `#[cfg(test)]`.
    test: HashSet<PathBuf>,
}

impl Modules {
    /// Adds the declaration `mod name;` in a file. `inner` has the names of the modules around the
    /// declaration.
    pub(super) fn add(&mut self, file: &Path, inner: &[String], module: &ItemMod, is_test: bool) {
        let places = places(file, inner, module);
        if is_test {
            self.test.extend(places);
            return;
        }
        let declared_in = existing(&[file.to_owned()]);
        for place in places {
            self.code
                .entry(place)
                .or_default()
                .extend_from_slice(&declared_in);
        }
    }

    /// Checks whether a file is only for tests. Such a file belongs to a module with `#[cfg(test)]`, or is in
    /// the folder of such a module. In addition, no file of the program declares it without `#[cfg(test)]`.
    pub(super) fn is_test_only(&self, file: &Path) -> bool {
        let file = file.canonicalize();
        file.is_ok_and(|file| self.is_for_tests(&file, &mut HashSet::new()))
    }

    /// `visited` has the files whose check has begun. Without it, the check of files that declare each other
    /// would never end.
    fn is_for_tests<'m>(&'m self, file: &'m Path, visited: &mut HashSet<&'m Path>) -> bool {
        if !visited.insert(file) {
            return true;
        }
        let declared_in = self.code.get(file).into_iter().flatten();
        let mut of_program = declared_in.filter(|it| !self.is_for_tests(it, visited));
        of_program.next().is_none() && file.ancestors().any(|it| self.test.contains(it))
    }
}

/// Returns the file of a module, and the folder of its submodules. Leaves out what does not exist. With
/// `#[path]`, returns only the file.
fn places(file: &Path, inner: &[String], module: &ItemMod) -> Vec<PathBuf> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let stem = file.file_stem().unwrap_or_default();
    let path = path_of(module);
    let name = module.ident.to_string();
    let name = name.trim_start_matches("r#");
    let below = |folder: &Path| {
        let folder = inner
            .iter()
            .fold(folder.to_owned(), |at, name| at.join(name));
        match &path {
            Some(path) => existing(&[folder.join(path)]),
            None => existing(&[folder.join(format!("{name}.rs")), folder.join(name)]),
        }
    };
    let is_root = stem == "mod" || stem == "lib" || stem == "main";
    // Outside of inline modules, `#[path]` is relative to the folder of the file.
    let is_below_stem = !is_root && (path.is_none() || !inner.is_empty());
    let below_stem = is_below_stem.then(|| below(&folder.join(stem)));
    // If nothing is there, the file can be the root of a target with a name other than `lib` or `main`. The
    // modules of a root are beside it.
    below_stem
        .filter(|places| !places.is_empty())
        .unwrap_or_else(|| below(folder))
}

fn existing(paths: &[PathBuf]) -> Vec<PathBuf> {
    let paths = paths.iter();
    paths.filter_map(|path| path.canonicalize().ok()).collect()
}

/// Returns the text of `#[path = "…"]`.
fn path_of(module: &ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("path") => match &literal.lit {
                Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        }
    })
}
