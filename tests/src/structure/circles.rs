//! Finds circles: groups of files or folders that all import each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

/// What each file or folder imports.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// Returns the circles of two or more files or folders. Sorts the circles, and the names in each circle.
pub(super) fn circles(graph: &Graph) -> Vec<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|start| (&**start, reached(graph, start)))
        .collect();
    let group = |own: &str| -> Vec<&str> {
        let back = |other: &&&str| reached.get(**other).is_some_and(|of| of.contains(own));
        reached[own].iter().filter(back).copied().collect()
    };
    let groups: BTreeSet<Vec<&str>> = graph.keys().map(|own| group(own)).collect();
    groups.into_iter().filter(|group| group.len() > 1).collect()
}

fn reached<'a>(graph: &'a Graph, start: &str) -> BTreeSet<&'a str> {
    let mut open = vec![start];
    let mut reached = BTreeSet::new();
    while let Some(next) = open.pop() {
        for other in graph.get(next).into_iter().flatten() {
            if reached.insert(&**other) {
                open.push(other);
            }
        }
    }
    reached
}
