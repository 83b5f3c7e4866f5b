//! Checks that the folders of the crates import each other in one direction.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The stages of `logto-runtime`, in order. A stage may import only stages that come before it.
const STAGES: &[&str] = &[
    "clock",
    "config",
    "telemetry",
    "token",
    "policy",
    "jwks",
    "verify",
    "revocation",
    "decide",
    "answer",
    "logto",
    "extract",
    "layer",
    "describe",
    "routes",
    "explorer",
];

/// Stages that take plain values only. They do not import any stage, including each other.
const LEAVES: &[&str] = &["clock", "config", "telemetry"];

/// Modules that are not stages: they re-export or test all stages.
const OUTSIDE: &[&str] = &["__private", "__fuzz", "test_util"];

#[test]
fn a_stage_imports_only_earlier_ones() {
    let place = |stage: &String| STAGES.iter().position(|known| known == stage);
    let mut faults = Vec::new();
    for file in sources("logto-runtime") {
        let Some(own) = file.module.first().and_then(place) else {
            continue;
        };
        for (line, path) in file.imports() {
            let stage = &path[0];
            if *stage == file.module[0] || OUTSIDE.contains(&stage.as_str()) {
                continue;
            }
            let fault = match place(stage) {
                None => "which is not a stage",
                Some(_) if LEAVES.contains(&STAGES[own]) => "and a leaf must not import a stage",
                Some(other) if other > own => "which is a later stage",
                Some(_) => continue,
            };
            faults.push(format!(
                "{}:{line}: `{}`, {fault}",
                file.shown,
                path.join("::")
            ));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Files in `logto/` are exempt: an `AuthInfo` holds its `Logto`, and `Logto` creates it.
#[test]
fn no_two_files_import_each_other() {
    let mut pairs = Vec::new();
    for package in [
        "cargo-logto",
        "logto-manifest",
        "logto-management",
        "logto-runtime",
        "logto-macros",
        "benches/lab",
    ] {
        let files = sources(package);
        let modules: BTreeMap<_, _> = files.iter().map(|file| (&file.module[..], file)).collect();
        let defining = |path: Vec<String>| {
            let mut parts = (0..=path.len()).rev().map(|parts| &path[..parts]);
            parts
                .find_map(|part| modules.get(part))
                .map(|file| &*file.shown)
        };
        let imported: BTreeMap<&str, BTreeSet<&str>> = files
            .iter()
            .map(|file| {
                let paths = file.imports().filter_map(|(_, path)| defining(path));
                (&*file.shown, paths.collect())
            })
            .collect();
        for (file, others) in &imported {
            for other in others
                .iter()
                .filter(|other| *other > file && imported[**other].contains(file))
            {
                if !file.contains("/logto/") {
                    pairs.push(format!("{file} and {other}"));
                }
            }
        }
    }
    assert!(
        pairs.is_empty(),
        "move what both need to a third file: {pairs:#?}"
    );
}

struct Source {
    shown: String,
    /// The path of its module within the crate.
    module: Vec<String>,
    code: String,
}

impl Source {
    /// Returns the paths after `crate::`, `self::` and `super::` outside `mod tests`, with their
    /// lines.
    fn imports(&self) -> impl Iterator<Item = (usize, Vec<String>)> {
        let code = self
            .code
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let tokens: TokenStream = code
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", self.shown));
        let mut found = Vec::new();
        self.collect(tokens, &mut found);
        found.into_iter().filter(|(_, path)| !path.is_empty())
    }

    fn collect(&self, tokens: TokenStream, found: &mut Vec<(usize, Vec<String>)>) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (at, tree) in tokens.iter().enumerate() {
            let line = tree.span().start().line;
            match tree {
                TokenTree::Group(group) => self.collect(group.stream(), found),
                TokenTree::Ident(word) if is_colons(&tokens[at + 1..]) => {
                    let base = match word.to_string().as_str() {
                        "crate" => Vec::new(),
                        "self" => self.module.clone(),
                        "super" => self.module.iter().rev().skip(1).rev().cloned().collect(),
                        _ => continue,
                    };
                    follow(base, &tokens[at + 1..], line, found);
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
        [_, _, TokenTree::Ident(word), rest @ ..] if is_colons(tokens) => {
            match word.to_string().as_str() {
                "super" => drop(path.pop()),
                word => path.push(word.to_owned()),
            }
            follow(path, rest, line, found);
        }
        [_, _, TokenTree::Group(group), ..]
            if is_colons(tokens) && group.delimiter() == Delimiter::Brace =>
        {
            let members: Vec<_> = group.stream().into_iter().collect();
            for member in
                members.split(|tree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ','))
            {
                if let [TokenTree::Ident(word), rest @ ..] = member {
                    let mut path = path.clone();
                    let own = word == "self";
                    path.extend((!own).then(|| word.to_string()));
                    follow(path, rest, word.span().start().line, found);
                }
            }
        }
        _ => found.push((line, path)),
    }
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    let colon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == ':');
    matches!(tokens, [one, other, ..] if colon(one) && colon(other))
}

/// Returns the sources of a package, without its tests.
fn sources(package: &str) -> Vec<Source> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = repository.join(package).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !["tests", "fuzzing", "bin"].contains(&&*name) {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                let within: PathBuf = path.strip_prefix(&root).unwrap().with_extension("");
                let mut module: Vec<_> = within
                    .iter()
                    .map(|part| part.to_string_lossy().into_owned())
                    .collect();
                if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
                    module.pop();
                }
                let shown = format!(
                    "{package}/src/{}",
                    path.strip_prefix(&root).unwrap().display()
                );
                sources.push(Source {
                    shown,
                    module,
                    code: fs::read_to_string(&path).unwrap(),
                });
            }
        }
    }
    assert!(!sources.is_empty(), "{package} has no sources");
    sources
}
