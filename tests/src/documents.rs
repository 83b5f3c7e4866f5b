//! Checks the Markdown pages: links, tables of answers, quoted code, commands that request a token, and the
//! names of tests in `SECURITY.md`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the Markdown files that users or contributors read.
fn pages() -> Vec<PathBuf> {
    let folders = [
        ".",
        "benches",
        "cargo-logto",
        "examples/fleet",
        "examples/saas",
        "logto-macros/docs",
        "logto-management",
        "logto-manifest",
        "logto-runtime/docs",
    ];
    { folders }
        .iter()
        .flat_map(|folder| fs::read_dir(repository().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// Returns the lines outside fenced code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    page.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// Returns the anchors of the headings, as the site of the repository builds them.
fn anchors(page: &str) -> BTreeSet<String> {
    prose(page)
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim())
        .map(|heading| {
            let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
            let text: String = heading.chars().filter(kept).collect();
            text.to_lowercase().replace(' ', "-")
        })
        .collect()
}

/// Returns the targets of `[text](target)`.
fn links(page: &str) -> Vec<&str> {
    prose(page)
        .flat_map(|line| line.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target)
        .collect()
}

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() >= 40, "{pages:?}");
    for path in &pages {
        let page = read(path);
        for link in links(&page) {
            // Skips links to other sites. Also skips links that rustdoc resolves: `.ci/docs` checks these.
            if link.contains("://")
                || !link.contains(['/', '#', '.'])
                || link.contains("::")
                || link.contains('@')
            {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.with_file_name("").join(file),
            };
            assert!(target.exists(), "{}: {link}", path.display());
            assert!(
                anchor.is_empty() || anchors(&read(&target)).contains(anchor),
                "{}: {link} names no heading",
                path.display()
            );
        }
    }
}

/// Fails if `SECURITY.md` names a test that was renamed or removed.
#[test]
fn the_security_page_names_only_tests_that_exist() {
    let mut sources = Vec::new();
    for folder in [
        "tests/fleet",
        "tests/it",
        "tests/shapes",
        "tests/fit",
        "tests/interleavings",
        "tests/sockets",
        "tests/explorer",
        "tests/browser",
        "logto-runtime/src",
        "cargo-logto",
        "logto-management",
        "tests/beside",
        "examples",
    ] {
        collect_sources(&repository().join(folder), &mut sources);
    }
    let page = read(&repository().join("SECURITY.md"));
    let named: Vec<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.matches('_').count() > 2 && !name.contains(['(', '/', ' ']))
        .collect();
    assert!(named.len() >= 30, "{} names", named.len());
    for name in named {
        let definition = format!("fn {name}(");
        assert!(
            sources.iter().any(|source| source.contains(&definition)),
            "SECURITY.md names {name}, which is not a test"
        );
    }
}

fn collect_sources(folder: &Path, sources: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(read(&path));
        }
    }
}

/// Three pages contain the table of answers. Except for links and `Retry-After`, the tables must be the same.
#[test]
fn the_tables_of_answers_agree() {
    let rows = |page: &str| -> Vec<String> {
        let table = read(&repository().join(page));
        let rows: Vec<_> = table
            .lines()
            .skip_while(|line| !line.starts_with("| case | status |"))
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .map(without_links)
            .map(|row| {
                row.replace("none; `Retry-After` instead", "none")
                    .replace(", `Retry-After`", "")
            })
            .collect();
        assert_eq!(rows.len(), 27, "{page}");
        rows
    };
    let table = rows("logto-runtime/docs/errors-and-challenges.md");
    assert_eq!(rows("README.md"), table);
    assert_eq!(rows("logto-runtime/docs/crate.md"), table);
}

/// Replaces `[text](target)` and `[text]` by `text`.
fn without_links(row: &str) -> String {
    let mut texts = row.split('[');
    let first = texts.next().unwrap_or_default().to_owned();
    texts.fold(first, |shown, link| {
        let (text, rest) = link.split_once(']').unwrap();
        let rest = match rest.strip_prefix('(') {
            Some(target) => target.split_once(')').unwrap().1,
            None => rest,
        };
        shown + text + rest
    })
}

/// The commands take the token out of a response. If the response does not contain a token, a command must
/// print the response. Otherwise the user does not see the error, and the next command sends a part of the
/// error to the API as a token.
#[test]
fn commands_show_the_answer_if_the_token_request_fails() {
    const TAKES: &str =
        r#"sed -n -e 's/.*"access_token":"\([^"]*\)".*/\1/p' -e t -e 'w /dev/stderr'"#;
    let mut files = pages();
    files.push(repository().join("examples/saas/src/guide.rs"));
    let mut seen = 0;
    for path in files {
        let page = read(&path);
        assert!(!page.contains("cut -d'\"'"), "{}", path.display());
        let requests = page.lines().filter(|line| line.contains("/oidc/token"));
        for line in requests.filter(|line| line.contains("curl ") && line.contains(" | ")) {
            assert!(line.contains(TAKES), "{}: {line}", path.display());
            assert!(line.contains("curl -sS "), "{}: {line}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
    assert!(read(&repository().join("examples/saas/src/guide.rs")).contains(TAKES));
}

/// The text on a page before the block of `src/main.rs`. This file exists only on the page.
const MAIN: &str = "`src/main.rs`:\n\n```rust\n";

/// Each row of the list in this test names a page and some source files. Except for the block of
/// `src/main.rs`, each block of Rust on the page must occur in these files, line for line. Other tests
/// compile the files.
#[test]
fn pages_with_tests_of_their_own_show_code_that_runs() {
    let pages: [(&str, &[&str], usize); 6] = [
        (
            "testing.md",
            &[
                "tests/src/own_handlers/mod.rs",
                "tests/src/own_handlers/global_logto.rs",
            ],
            8,
        ),
        ("production.md", &["tests/src/production.rs"], 2),
        (
            "live-connections.md",
            &[
                "examples/saas/src/routes/live.rs",
                "tests/beside/first_message.rs",
            ],
            2,
        ),
        ("mcp.md", &["examples/mcp/src/server.rs"], 1),
        (
            "other-frameworks.md",
            &[
                "examples/actix/src/guarded.rs",
                "examples/actix/src/routes.rs",
            ],
            2,
        ),
        (
            "with-other-crates.md",
            &[
                "tests/beside/graphql.rs",
                "tests/leptos/main.rs",
                "tests/beside/test_server.rs",
            ],
            6,
        ),
    ];
    for (page, files, at_least) in pages {
        let running: Vec<String> = files
            .iter()
            .flat_map(|file| lines(&read(&repository().join(file))))
            .collect();
        let text = read(&repository().join("logto-runtime/docs").join(page));
        // Leaves out the block of `src/main.rs`. `.ci/try-pages` builds this block from the page.
        let (before, after) = text.split_once(MAIN).unwrap_or((&text, ""));
        let after = after.split_once("\n```").unwrap_or_default().1;
        let blocks = [blocks(before, "rust"), blocks(after, "rust")].concat();
        assert!(blocks.len() >= at_least, "{} blocks", blocks.len());
        for block in blocks {
            let shown: Vec<&str> = block.lines().map(str::trim).collect();
            let runs = running.windows(shown.len()).any(|lines| lines == shown);
            assert!(runs, "{page} shows code that is not in {files:?}:\n{block}");
        }
    }
}

/// `tests/browser` runs the client, `live.js`, in Chromium.
#[test]
fn the_page_about_live_connections_shows_the_client_that_a_browser_runs() {
    let page = read(&repository().join("logto-runtime/docs/live-connections.md"));
    let client = read(&repository().join("tests/browser/live.js"));
    let shown = blocks(&page, "text");
    assert!(shown.contains(&client.trim_end()), "{shown:?}");
}

/// Returns the lines without the white space around them.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).collect()
}

/// Returns the fenced code blocks in this language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    page.split(&format!("```{language}\n"))
        .skip(1)
        .filter_map(|rest| rest.split_once("\n```"))
        .map(|(block, _)| block)
        .collect()
}
