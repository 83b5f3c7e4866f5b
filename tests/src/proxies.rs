//! Checks that tests connect to their servers without a proxy.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::plain_english::collect;

/// Code that creates a client without `no_proxy()`. If `HTTP_PROXY` is set, such a client sends even requests
/// to loopback through the proxy.
const THROUGH_A_PROXY: [&str; 3] = ["reqwest::get(", "Client::new()", "Client::default()"];

/// Code that begins to build a client.
const BUILDERS: [&str; 3] = [
    "Client::builder()",
    "ClientBuilder::new()",
    "ClientBuilder::default()",
];

/// Files that this test skips. The first one tests what clients do with a proxy. The second one is this file.
const ABOUT_PROXIES: [&str; 2] = ["http_client/proxies.rs", "src/proxies.rs"];

#[test]
fn no_test_sends_its_requests_through_a_proxy_of_the_machine() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    collect(&repository, &mut files);
    let in_a_folder_of_tests = |path: &&PathBuf| {
        let path = path.strip_prefix(&repository).unwrap();
        path.extension().is_some_and(|extension| extension == "rs")
            && path
                .components()
                .any(|folder| folder.as_os_str() == "tests")
            && !ABOUT_PROXIES.iter().any(|about| path.ends_with(about))
    };
    let tests: Vec<_> = files.iter().filter(in_a_folder_of_tests).collect();
    assert!(tests.len() > 200, "{} files", tests.len());
    let mut faults = Vec::new();
    for path in tests {
        let source = fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(&repository).unwrap().display();
        for line in through_a_proxy(&source) {
            faults.push(format!("{path}:{line}"));
        }
    }
    assert!(
        faults.is_empty(),
        "write `Client::builder().no_proxy().build()`: {faults:#?}"
    );
}

/// Returns the numbers of the lines that create a client without `no_proxy()`.
///
/// `no_proxy()` must be in the chain of calls that begins with the builder. The chain ends at `build()`, or at
/// the end of the statement.
fn through_a_proxy(source: &str) -> Vec<usize> {
    let clients = THROUGH_A_PROXY
        .iter()
        .flat_map(|way| source.match_indices(way).map(|(at, _)| at));
    let builders = BUILDERS.iter().flat_map(|builder| {
        source.match_indices(builder).filter_map(|(at, _)| {
            let chain = &source[at..];
            let end = [".build()", ";"].iter().filter_map(|end| chain.find(end));
            let chain = &chain[..end.min().unwrap_or(chain.len())];
            (!chain.contains(".no_proxy()")).then_some(at)
        })
    });
    let mut starts: Vec<usize> = clients.chain(builders).collect();
    starts.sort_unstable();
    let line = |at: usize| source[..at].matches('\n').count() + 1;
    starts.into_iter().map(line).collect()
}

#[test]
fn a_client_that_uses_a_proxy_is_found_even_if_its_builder_has_several_lines() {
    for (source, lines) in [
        ("let a = 1;\nlet it = Client::new();", &[2][..]),
        ("let it = reqwest::Client::builder().build();", &[1]),
        (
            "reqwest::Client::builder()\n.timeout(SOON)\n.build();",
            &[1],
        ),
        ("ClientBuilder::new().timeout(SOON)", &[1]),
        ("let it = Client::builder();\nlet it = it.no_proxy();", &[1]),
        (
            "Client::builder().build(); Client::builder().no_proxy().build();",
            &[1],
        ),
        (
            "Client::builder()\n.timeout(SOON)\n.no_proxy()\n.build();",
            &[],
        ),
        ("let it = Client::builder().no_proxy().timeout(SOON);", &[]),
    ] {
        assert_eq!(through_a_proxy(source), lines, "{source}");
    }
}
