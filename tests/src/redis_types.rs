//! No public item of `logto-runtime` names a type of the crate `redis`. So a new major version of that crate
//! is not a breaking change.

use std::{fs, path::Path};

/// The only file in the folder of the Redis log that has public items. The other files are private modules.
const PUBLIC: &str = "mod.rs";

#[test]
fn no_public_item_names_a_type_of_the_crate_redis() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("../logto-runtime/src/revocation/log/redis");
    let mut names_the_crate = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let code = fs::read_to_string(&path).unwrap();
        let code = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code: Vec<&str> = code.collect();
        let uses = |line: &&str| line.contains("redis::") || line.contains("use redis");
        if !code.iter().any(uses) {
            continue;
        }
        names_the_crate += 1;
        assert_ne!(name, PUBLIC, "a public file names the crate `redis`");
        for line in code {
            // A private module can still leak a type, by a public item or by an `impl` for a public type.
            let line = line.trim();
            assert!(
                !line.starts_with("pub "),
                "{name}: {line}; write `pub(super)`"
            );
            let leaks = line.starts_with("impl")
                && [
                    "for LogError",
                    "for ConfigError",
                    "for RedisLog",
                    "for Head",
                    "for Logged",
                ]
                .iter()
                .any(|public| line.contains(public));
            assert!(!leaks, "{name}: {line}; convert to a private type first");
        }
    }
    assert!(
        names_the_crate >= 3,
        "{names_the_crate} files name the crate"
    );
}

#[test]
fn only_the_folder_of_the_redis_log_names_the_crate_redis() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../logto-runtime/src");
    let mut folders = vec![source];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("revocation/log/redis") {
                    folders.push(path);
                }
                continue;
            }
            files += 1;
            let code = fs::read_to_string(&path).unwrap_or_default();
            let named: Vec<&str> = code.lines().filter(|line| names_redis(line)).collect();
            assert!(named.is_empty(), "{}: {named:?}", path.display());
        }
    }
    assert!(files > 300, "{files} files");
}

/// Returns whether a line of code names the crate `redis`. The module `revocation::log::redis` does not count.
fn names_redis(line: &str) -> bool {
    let is_name = |it: char| it.is_alphanumeric() || it == '_';
    let line = line.trim();
    !line.starts_with("//")
        && line.match_indices("redis").any(|(at, word)| {
            let (before, after) = (&line[..at], &line[at + word.len()..]);
            let module = before.strip_suffix("::").unwrap_or_default();
            let is_imported = ["use", "extern crate"]
                .iter()
                .any(|it| before.trim_end().ends_with(it));
            !before.ends_with(is_name)
                && !after.starts_with(is_name)
                && !module.ends_with(is_name)
                && (is_imported || after.trim_start().starts_with("::"))
        })
}

#[test]
fn each_way_to_name_the_crate_redis_is_found() {
    for (line, names) in [
        ("    use redis::Client;", true),
        ("pub use redis::Client;", true),
        ("pub(crate) use redis as r;", true),
        ("use ::redis::Client;", true),
        ("use {redis::Client, std::fs};", true),
        ("extern crate redis;", true),
        ("impl From<redis::RedisError> for LogError {", true),
        (
            "fn new(client: redis::Client, other: &redis::Client) {}",
            true,
        ),
        ("fn new(&redis::Client) {}", true),
        ("let it = new(redis::Client::open(url));", true),
        ("pub use crate::revocation::log::redis::RedisLog;", false),
        ("use self::redis::RedisLog;", false),
        ("pub(crate) mod redis;", false),
        ("/// The crate [`redis`](redis::Client).", false),
        ("#[cfg(feature = \"redis\")]", false),
        ("let it = of_redis::new(redis_log);", false),
    ] {
        assert_eq!(names_redis(line), names, "{line}");
    }
}
