//! Checks the imports within each crate. A stage (a folder or file of `src/`) imports only earlier stages.
//! Neither files nor folders import each other in a circle, except in `logto-runtime/src/logto/`.

mod circles;
mod orders;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, slice,
};

use self::{
    circles::{Graph, circles},
    orders::{ORDERS, RUNTIME},
    source::{Source, packages, root, sources},
};

#[test]
fn a_stage_imports_only_earlier_stages() {
    let mut faults = Vec::new();
    for order in ORDERS {
        let place = |stage: &String| order.stages.iter().position(|known| known == stage);
        for file in sources(order.package) {
            let Some(stage) = file.module.first() else {
                continue;
            };
            let Some(own) = place(stage) else {
                if !order.outside.contains(&&**stage) {
                    faults.push(format!("{}: not in `orders.rs`; add it", file.shown));
                }
                continue;
            };
            for (line, path) in file.imports() {
                let other = &path[0];
                // Every stage may import these three modules, which are not stages.
                if other == stage || matches!(&**other, "__private" | "__fuzz" | "test_util") {
                    continue;
                }
                let fault = match place(other) {
                    None => "which is not a stage",
                    Some(_) if order.leaves.contains(&&**stage) => {
                        "and a leaf must not import a stage"
                    }
                    Some(other) if other > own => "which is a later stage",
                    Some(_) => continue,
                };
                let path = path.join("::");
                faults.push(format!("{}:{line}: `{path}`, {fault}", file.shown));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_drawing_for_contributors_shows_the_stages_in_their_order() {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let drawing = text.split("```text").nth(1).unwrap();
    let drawing = drawing.split("```").next().unwrap();
    let drawn = drawing.split_whitespace();
    let drawn: Vec<_> = drawn
        .filter_map(|word| word.strip_suffix('/').or(word.strip_suffix(".rs")))
        .collect();
    assert_eq!(drawn, RUNTIME.stages);
}

/// The files of `logto/` are exempt: an `AuthInfo` holds its `Logto`, and a `Logto` creates each `AuthInfo`.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for package in packages() {
        let graph = graph(&sources(&package), |file| file.shown.clone());
        let exempt = |file: &&str| file.starts_with("logto-runtime/src/logto/");
        found.extend(
            circles(&graph)
                .into_iter()
                .filter(|circle| !circle.iter().all(exempt))
                .map(|circle| circle.join(", ")),
        );
    }
    assert!(
        found.is_empty(),
        "move what they share to a file that does not import them: {found:#?}"
    );
}

#[test]
fn no_folders_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for package in packages() {
        let sources = sources(&package);
        let folders: BTreeSet<&[String]> = sources
            .iter()
            .flat_map(|file| (0..file.module.len()).map(|parts| &file.module[..parts]))
            .collect();
        for folder in folders {
            let inside = sources
                .iter()
                .filter(|file| file.module.starts_with(folder) && file.module.len() > folder.len());
            let graph = graph(inside, |file| file.module[folder.len()].clone());
            for circle in circles(&graph) {
                let place = [slice::from_ref(&package), folder].concat().join("::");
                found.push(format!("in {place}: {}", circle.join(", ")));
            }
        }
    }
    // The same exemption as in the test above.
    found.retain(|circle| !circle.starts_with("in logto-runtime::logto: "));
    assert!(
        found.is_empty(),
        "move what they share to a place that does not import them: {found:#?}"
    );
}

/// Returns what each file or folder imports. `part` returns the file or folder that a source belongs to.
fn graph<'a>(
    files: impl IntoIterator<Item = &'a Source>,
    part: impl Fn(&Source) -> String,
) -> Graph {
    let files: Vec<_> = files.into_iter().collect();
    let modules: BTreeMap<_, _> = files.iter().map(|file| (&file.module[..], *file)).collect();
    let defining = |path: Vec<String>| {
        let mut parts = (0..=path.len()).rev().map(|parts| &path[..parts]);
        parts.find_map(|part| modules.get(part).copied())
    };
    let mut graph = Graph::new();
    for file in &files {
        let own = part(file);
        let others = file.imports().into_iter();
        let others = others.filter_map(|(_, path)| defining(path)).map(&part);
        let others: BTreeSet<_> = others.filter(|other| *other != own).collect();
        graph.entry(own).or_default().extend(others);
    }
    graph
}
