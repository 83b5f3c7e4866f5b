//! [`Surroundings`], the data that the explorer's page needs besides the rows and columns of its `Grid`.

use crate::explorer::command::ExampleBody;

/// The data that the page needs besides its `Grid`.
pub(in crate::explorer) struct Surroundings<'a> {
    /// The scheme and the authority of the URLs in the curl commands.
    pub(in crate::explorer) base: &'a str,
    /// The relative path from the page to its files.
    pub(in crate::explorer) files: &'a str,
    /// The JSON bodies in the curl commands.
    pub(in crate::explorer) bodies: &'a [ExampleBody],
    /// Whether a `TestTenant` mints tokens for the callers on the page.
    pub(in crate::explorer) has_tenant: bool,
    /// A text about the pasted token, if a token was pasted.
    pub(in crate::explorer) notice: Option<&'a str>,
}
