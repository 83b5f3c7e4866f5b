//! Parses `logto.toml`.

#![no_main]

use logto_manifest::Manifest;

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
            for resource in &manifest.resources {
                assert!(!resource.indicator.is_empty() && resource.line <= lines);
                for name in resource.names() {
                    let found = manifest.resource(name);
                    assert!(
                        found.is_some_and(|found| found.line == resource.line),
                        "{name}"
                    );
                }
                assert!(
                    resource
                        .scopes
                        .iter()
                        .all(|scope| resource.has_scope(&scope.name)
                            && (resource.line..=lines).contains(&scope.line))
                );
            }
            let permissions = &manifest.permissions;
            assert!(
                permissions
                    .iter()
                    .all(|permission| manifest.has_permission(&permission.name))
            );
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
