//! A source file of a package, and the modules of the same package that it imports.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

pub(super) struct Source {
    /// The path from the root of the repository.
    pub(super) shown: String,
    /// The path of the file's module within the crate.
    pub(super) module: Vec<String>,
    pub(super) code: String,
}

impl Source {
    /// Finds the paths to items of the file's own crate, each with its line. In the code, such a path begins
    /// with `crate::`, `self::`, `super::` or the name of a child module. The returned path begins at the
    /// root of the crate. Reads only the code before `mod tests`.
    pub(super) fn imports(&self) -> Vec<(usize, Vec<String>)> {
        let mut tests = self.code.match_indices("#[cfg(test)]\n");
        let tests = tests.find(|(at, attribute)| {
            let item = self.code[at + attribute.len()..].lines().next();
            item.is_some_and(|item| item.ends_with("mod tests {"))
        });
        let code = &self.code[..tests.map_or(self.code.len(), |(at, _)| at)];
        let tokens: TokenStream = code
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", self.shown));
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut imports = Imports {
            module: &self.module,
            children: children(&tokens),
            found: Vec::new(),
        };
        imports.collect(&tokens);
        imports.found.retain(|(_, path)| !path.is_empty());
        imports.found
    }
}

/// Returns the names in `mod name;`.
fn children(tokens: &[TokenTree]) -> BTreeSet<String> {
    let declared = |three: &[TokenTree]| match three {
        [
            TokenTree::Ident(word),
            TokenTree::Ident(name),
            TokenTree::Punct(end),
        ] if word == "mod" && end.as_char() == ';' => Some(name.to_string()),
        _ => None,
    };
    tokens.windows(3).filter_map(declared).collect()
}

struct Imports<'a> {
    module: &'a [String],
    children: BTreeSet<String>,
    found: Vec<(usize, Vec<String>)>,
}

impl Imports<'_> {
    fn collect(&mut self, tokens: &[TokenTree]) {
        for (at, tree) in tokens.iter().enumerate() {
            let continues = is_colons(&tokens[..at], true);
            match tree {
                // If `a` is in this crate, `follow` reads the braces of `a::{…}`. If not, they are skipped.
                TokenTree::Group(_) if continues => {}
                // `pub(in …)` imports nothing.
                TokenTree::Group(group) if is_visibility(tokens, at, group) => {}
                TokenTree::Group(group) => {
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    self.collect(&inner);
                }
                TokenTree::Ident(word) if !continues && is_colons(&tokens[at + 1..], false) => {
                    let line = word.span().start().line;
                    let base = match word.to_string().as_str() {
                        "crate" => Vec::new(),
                        "self" => self.module.to_vec(),
                        "super" => self.module.iter().rev().skip(1).rev().cloned().collect(),
                        child if self.children.contains(child) => {
                            [self.module, &[child.to_owned()]].concat()
                        }
                        _ => continue,
                    };
                    follow(base, &tokens[at + 1..], line, &mut self.found);
                }
                _ => {}
            }
        }
    }
}

/// Collects the paths in `::a::b` and `::{a, b::c}`.
fn follow(
    mut path: Vec<String>,
    tokens: &[TokenTree],
    line: usize,
    found: &mut Vec<(usize, Vec<String>)>,
) {
    match tokens {
        [_, _, TokenTree::Ident(word), rest @ ..] if is_colons(tokens, false) => {
            enter(&mut path, word);
            follow(path, rest, line, found);
        }
        [_, _, TokenTree::Group(group), ..]
            if is_colons(tokens, false) && group.delimiter() == Delimiter::Brace =>
        {
            let members: Vec<_> = group.stream().into_iter().collect();
            for member in
                members.split(|tree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ','))
            {
                if let [TokenTree::Ident(word), rest @ ..] = member {
                    let mut path = path.clone();
                    enter(&mut path, word);
                    follow(path, rest, word.span().start().line, found);
                }
            }
        }
        _ => found.push((line, path)),
    }
}

fn enter(path: &mut Vec<String>, word: &Ident) {
    match word.to_string().as_str() {
        "super" => drop(path.pop()),
        "self" => {}
        word => path.push(word.to_owned()),
    }
}

/// Whether the group at this place is the `(…)` of `pub(…)`.
fn is_visibility(tokens: &[TokenTree], at: usize, group: &Group) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    group.delimiter() == Delimiter::Parenthesis
        && matches!(before, Some(TokenTree::Ident(word)) if word == "pub")
}

/// Whether `tokens` begin with `::`. With `at_the_end`, whether they end with it.
fn is_colons(tokens: &[TokenTree], at_the_end: bool) -> bool {
    let colon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ':');
    match tokens {
        [.., one, other] if at_the_end => colon(one) && colon(other),
        [one, other, ..] if !at_the_end => colon(one) && colon(other),
        _ => false,
    }
}

/// Returns the folders of the repository that have a `Cargo.toml` and a `src/`.
pub(super) fn packages() -> Vec<String> {
    let root = root();
    let mut packages = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let within = root.join(&folder);
        if within.join("Cargo.toml").is_file() && within.join("src").is_dir() {
            packages.push(folder.display().to_string());
        }
        for entry in fs::read_dir(within).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let searched = !name.starts_with('.') && !["src", "target"].contains(&&*name);
            if searched && entry.path().is_dir() {
                folders.push(folder.join(name));
            }
        }
    }
    packages.sort();
    packages
}

/// Returns the sources of a package, without its tests, its `fuzzing/` and its `bin/`.
pub(super) fn sources(package: &str) -> Vec<Source> {
    let source = root().join(package).join("src");
    let mut folders = vec![source.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !["tests", "fuzzing", "bin"].contains(&&*name) {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                let within: PathBuf = path.strip_prefix(&source).unwrap().with_extension("");
                let mut module: Vec<_> = within
                    .iter()
                    .map(|part| part.to_string_lossy().into_owned())
                    .collect();
                // If there is a `lib.rs`, then `main.rs` is the root of a second crate.
                let root = match module.last().map(String::as_str) {
                    Some("mod" | "lib") => true,
                    Some("main") => !source.join("lib.rs").exists(),
                    _ => false,
                };
                if root {
                    module.pop();
                }
                let below = path.strip_prefix(&source).unwrap().display();
                sources.push(Source {
                    shown: format!("{package}/src/{below}"),
                    module,
                    code: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    assert!(!sources.is_empty(), "{package} has no sources");
    sources
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
