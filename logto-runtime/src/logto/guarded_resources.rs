//! Compares the resources that the guards of the program name with those of the builder.

use super::{Logto, warm_up::WarmUpError};
use crate::policy::{placed::Placed, requirement::Requirement};

/// The maximum number of guards that an error lists.
const LISTED: usize = 5;

impl Logto {
    /// Checks that the builder knows every resource that an attribute in the program names.
    ///
    /// A guard with an unknown name answers 500, and one with an unknown indicator refuses every
    /// token that was requested for a resource of the builder.
    pub(super) fn check_guarded_resources(&self) -> Result<(), WarmUpError> {
        let mut unknown: Vec<(&'static str, String)> = Vec::new();
        for placed in Placed::all() {
            let (Some(requirement), _) = (placed.guards)() else {
                continue;
            };
            each_resource(requirement, &mut |resource| {
                if !self.knows(resource) {
                    let (file, line) = (placed.place.file(), placed.place.line());
                    let guard = format!("{} ({file}:{line})", placed.item);
                    unknown.push((resource, guard));
                }
            });
        }
        if unknown.is_empty() {
            return Ok(());
        }
        // The order of the inventory depends on the linker.
        unknown.sort();
        unknown.dedup();
        Err(self.unknown_resources(&unknown))
    }

    /// Whether the builder knows a resource by the name or indicator in an attribute.
    fn knows(&self, resource: &str) -> bool {
        let resources = &self.settings().resources;
        resources
            .indicator_of(Some(resource))
            .is_some_and(|indicator| resources.contains(indicator))
    }

    fn unknown_resources(&self, unknown: &[(&'static str, String)]) -> WarmUpError {
        let guards = unknown
            .iter()
            .map(|(resource, guard)| format!("{guard} names the resource {resource:?}"));
        let mut problem = guards.take(LISTED).collect::<Vec<_>>().join(", ");
        if let Some(more) = unknown.len().checked_sub(LISTED).filter(|more| *more > 0) {
            problem = format!("{problem}, and {more} more");
        }
        let mut calls: Vec<String> = unknown.iter().map(|(name, _)| setting_for(name)).collect();
        calls.dedup();
        WarmUpError {
            problem: format!("guards are for resources that the builder does not know: {problem}"),
            advice: format!(
                "Add {} to the builder, or correct the attributes; the builder knows {:?}",
                calls.join(" and "),
                self.settings().resources.known()
            ),
        }
    }
}

/// Returns the call that makes the builder know a resource.
fn setting_for(resource: &str) -> String {
    match resource.contains(':') {
        true => format!("`.resource({resource:?})`"),
        false => format!("`.named_resource({resource:?}, \"https://…\")`"),
    }
}

/// Calls `visit` with each resource that a requirement or one of its alternatives names.
fn each_resource(requirement: &Requirement, visit: &mut impl FnMut(&'static str)) {
    if let Some(resource) = requirement.resource() {
        visit(resource);
    }
    for alternative in requirement.alternatives() {
        each_resource(alternative, visit);
    }
}
