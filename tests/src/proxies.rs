//! Checks that tests connect to their servers without a proxy.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::plain_english::collect;

/// Code that creates a client without `no_proxy()`. If `HTTP_PROXY` is set, such a client sends even requests
/// to loopback through the proxy.
const THROUGH_A_PROXY: [&str; 3] = [
    "reqwest::get(",
    "Client::new()",
    "Client::builder().build()",
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
        for (number, line) in source.lines().enumerate() {
            if THROUGH_A_PROXY.iter().any(|way| line.contains(way)) {
                let path = path.strip_prefix(&repository).unwrap().display();
                faults.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "write `Client::builder().no_proxy().build()`: {faults:#?}"
    );
}
