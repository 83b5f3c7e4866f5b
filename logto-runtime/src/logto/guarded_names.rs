//! Checks that the builder knows the resources and the clients in the attributes of the program.

use super::{Logto, warm_up::WarmUpError};
use crate::policy::{placed::Placed, requirement::Requirement};

/// The maximum number of guards that an error lists.
const LISTED: usize = 5;

impl Logto {
    /// Checks that the builder knows each resource and each client name in the attributes of the program. An
    /// attribute can also give the id of a client. The builder need not know this id.
    ///
    /// A guard with an unknown name answers 500. A guard with an unknown indicator accepts only tokens for
    /// that indicator.
    pub(super) fn check_guarded_names(&self) -> Result<(), WarmUpError> {
        let resources = unknown(Requirement::resource, |resource| self.knows(resource));
        if !resources.is_empty() {
            return Err(self.unknown_resources(&resources));
        }
        let known = &self.settings().clients;
        let clients = unknown(Requirement::client, |client| known.id_of(client).is_ok());
        if !clients.is_empty() {
            return Err(self.unknown_clients(&clients));
        }
        Ok(())
    }

    /// Whether the builder knows a resource by the name or indicator in an attribute.
    fn knows(&self, resource: &str) -> bool {
        let resources = &self.settings().resources;
        resources
            .indicator_of(Some(resource))
            .is_some_and(|indicator| resources.contains(indicator))
    }

    fn unknown_resources(&self, unknown: &[Named]) -> WarmUpError {
        let problem = listed(unknown, "resource");
        let calls = calls(unknown, setting_for);
        WarmUpError {
            problem: format!(
                "some guards name resources that the builder does not know: {problem}"
            ),
            advice: format!(
                "Add {calls} to the builder, or correct the attributes; the builder knows {:?}",
                self.settings().resources.known()
            ),
        }
    }

    fn unknown_clients(&self, unknown: &[Named]) -> WarmUpError {
        let problem = listed(unknown, "client");
        let calls = calls(unknown, |name| {
            format!("`.named_client({name:?}, \"<application id>\")`")
        });
        WarmUpError {
            problem: format!("some guards name clients that the builder does not know: {problem}"),
            advice: format!(
                "Add {calls} to the builder, or correct the attributes; the builder knows {:?}",
                self.settings().clients.names()
            ),
        }
    }
}

/// A name or an indicator in an attribute, and a text with the item, the file and the line of the attribute.
type Named = (&'static str, String);

/// Returns the sorted names in attributes, without the `known` names.
fn unknown(
    name: impl Fn(&Requirement) -> Option<&'static str>,
    known: impl Fn(&'static str) -> bool,
) -> Vec<Named> {
    let mut unknown = Vec::new();
    for placed in Placed::all() {
        let (Some(requirement), _) = (placed.guards)() else {
            continue;
        };
        each_name(requirement, &name, &mut |name| {
            if !known(name) {
                let (file, line) = (placed.place.file(), placed.place.line());
                unknown.push((name, format!("{} ({file}:{line})", placed.item)));
            }
        });
    }
    // The order of the inventory depends on the linker.
    unknown.sort();
    unknown.dedup();
    unknown
}

/// Lists at most [`LISTED`] attributes, each with the name in it, and counts the rest.
fn listed(unknown: &[Named], what: &str) -> String {
    let guards = unknown
        .iter()
        .map(|(name, guard)| format!("{guard} names the {what} {name:?}"));
    let listed = guards.take(LISTED).collect::<Vec<_>>().join(", ");
    match unknown.len().checked_sub(LISTED).filter(|more| *more > 0) {
        Some(more) => format!("{listed}, and {more} more"),
        None => listed,
    }
}

/// Returns the calls that make the builder know these names.
fn calls(unknown: &[Named], call: impl Fn(&str) -> String) -> String {
    let mut calls: Vec<String> = unknown.iter().map(|(name, _)| call(name)).collect();
    calls.dedup();
    calls.join(" and ")
}

/// Returns the call that makes the builder know a resource.
fn setting_for(resource: &str) -> String {
    if resource.contains(':') {
        format!("`.resource({resource:?})`")
    } else {
        format!("`.named_resource({resource:?}, \"https://…\")`")
    }
}

/// Calls `visit` with the name in a requirement, and with the names in its alternatives at any
/// depth.
fn each_name(
    requirement: &Requirement,
    name: &impl Fn(&Requirement) -> Option<&'static str>,
    visit: &mut impl FnMut(&'static str),
) {
    if let Some(name) = name(requirement) {
        visit(name);
    }
    for alternative in requirement.alternatives() {
        each_name(alternative, name, visit);
    }
}
