//! [`Surroundings`], the data that the page shows around the table.

use crate::explorer::command::ExampleBody;

/// What the page shows around the table, and what its commands need.
pub(in crate::explorer) struct Surroundings<'a> {
    /// The address of the API, for commands: scheme and authority.
    pub(in crate::explorer) base: &'a str,
    /// The relative path from the page to its files.
    pub(in crate::explorer) files: &'a str,
    pub(in crate::explorer) bodies: &'a [ExampleBody],
    /// Whether a `TestTenant` mints tokens for personas.
    pub(in crate::explorer) has_tenant: bool,
    /// A sentence about the pasted token, if a token was pasted.
    pub(in crate::explorer) notice: Option<&'a str>,
}
