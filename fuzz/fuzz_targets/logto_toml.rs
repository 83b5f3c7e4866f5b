//! Parses `logto.toml`.

#![no_main]

use std::collections::HashSet;

use logto_manifest::{Declared, Manifest, constants::Constants};

libfuzzer_sys::fuzz_target!(|input: &str| {
    let lines = input.lines().count().max(1);
    match Manifest::parse(input) {
        Ok(manifest) => {
            assert!(
                manifest
                    .resources
                    .iter()
                    .filter(|resource| resource.default)
                    .count()
                    <= 1
            );
            let names = manifest.resources.iter().flat_map(|it| it.names());
            assert_no_name_twice(names);
            for resource in &manifest.resources {
                assert!(!resource.indicator.is_empty() && resource.line <= lines);
                for name in resource.names() {
                    let found = manifest.resource(name);
                    assert!(
                        found.is_some_and(|found| found.line == resource.line),
                        "{name}"
                    );
                }
                assert_valid(&resource.scopes, resource.line, lines);
            }
            assert_valid(&manifest.permissions, 1, lines);
            assert_constants_are_unique(&manifest.constants());
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            assert!(mistakes.is_sorted_by_key(|mistake| mistake.line));
            for mistake in &mistakes {
                // A mistake at the end of the input can be on an empty last line. `lines` does not count this
                // line.
                assert!((1..=lines + 1).contains(&mistake.line) && !mistake.message.is_empty());
            }
        }
    }
});

fn assert_no_name_twice<'a>(names: impl IntoIterator<Item = &'a str>) {
    let mut seen = HashSet::new();
    for name in names {
        assert!(seen.insert(name), "{name} twice");
    }
}

/// Each scope is a scope-token: `1*( %x21 / %x23-5B / %x5D-7E )` (RFC 6749, section 3.3). So is each
/// permission.
fn assert_valid(declared: &[Declared], first_line: usize, last_line: usize) {
    assert_no_name_twice(declared.iter().map(|it| it.name.as_str()));
    for Declared { name, line, .. } in declared {
        assert!((first_line..=last_line).contains(line), "{name}");
        let is_token = |it| matches!(it, b'\x21' | b'\x23'..=b'\x5b' | b'\x5d'..=b'\x7e');
        assert!(!name.is_empty() && name.bytes().all(is_token), "{name:?}");
    }
}

/// `scopes!()` declares these names, so rustc would reject a name that is declared twice in one module.
fn assert_constants_are_unique(constants: &Constants<'_>) {
    let Constants {
        unique, modules, ..
    } = constants;
    assert_no_name_twice(unique.iter().map(|it| it.name.as_str()));
    assert_no_name_twice(modules.iter().map(|(module, _)| module.as_str()));
    for (_, constants) in modules {
        assert_no_name_twice(constants.iter().map(|it| it.name.as_str()));
    }
    for constant in modules.iter().flat_map(|(_, it)| it).chain(unique) {
        let name = &constant.name;
        let begins_a_name = |it: char| it.is_ascii_uppercase() || it == '_';
        let continues_a_name = |it: char| begins_a_name(it) || it.is_ascii_digit();
        assert!(
            name.starts_with(begins_a_name) && name.chars().all(continues_a_name) && name != "_",
            "{name}"
        );
    }
}
