#![no_main]

//! Parses `logto.toml`. A program cannot link a proc-macro crate, so its parser is included as
//! source.

#[path = "../../logto-macros/src"]
#[allow(dead_code)]
mod macros {
    pub(crate) mod suggest;
    pub(crate) mod syntax;
}

#[path = "../../logto-macros/src/manifest"]
#[allow(dead_code)]
mod manifest {
    pub(crate) mod contents;
}

use macros::{suggest, syntax};
use manifest::contents::Contents;

libfuzzer_sys::fuzz_target!(|input: &str| {
    let lines = input.lines().count().max(1);
    match Contents::parse(input) {
        Ok(contents) => {
            assert!(
                contents
                    .resources
                    .iter()
                    .filter(|resource| resource.default)
                    .count()
                    <= 1
            );
            for resource in &contents.resources {
                assert!(!resource.indicator.is_empty() && resource.line <= lines);
                for name in resource.names() {
                    let found = contents.resource(name);
                    assert!(
                        found.is_some_and(|found| found.line == resource.line),
                        "{name}"
                    );
                }
                assert!(
                    resource
                        .scopes
                        .iter()
                        .all(|scope| resource.has_scope(scope))
                );
            }
            let permissions = &contents.permissions;
            assert!(
                permissions
                    .iter()
                    .all(|permission| contents.has_permission(permission))
            );
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            assert!(mistakes.is_sorted_by_key(|mistake| mistake.line));
            for mistake in &mistakes {
                assert!((1..=lines + 1).contains(&mistake.line) && !mistake.message.is_empty());
            }
        }
    }
});
