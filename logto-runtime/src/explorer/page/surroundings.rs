//! What the page shows beside the table.

use crate::explorer::command::ExampleBody;

/// What the page shows beside the grid.
pub(in crate::explorer) struct Surroundings<'a> {
    /// The address of the API, for commands: scheme and authority.
    pub(in crate::explorer) base: &'a str,
    /// The relative path from the page to its files.
    pub(in crate::explorer) files: &'a str,
    pub(in crate::explorer) bodies: &'a [ExampleBody],
    /// Whether there are personas of a tenant.
    pub(in crate::explorer) has_tenant: bool,
    /// What was wrong with a pasted token, or that its column was added.
    pub(in crate::explorer) notice: Option<&'a str>,
}
