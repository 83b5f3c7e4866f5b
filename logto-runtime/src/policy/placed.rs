//! The entries that attributes add to a program, as plain data.
//!
//! The module `describe` creates the entries, because it knows the types of arguments. The module `logto`
//! reads the entries, and `describe` uses `logto`. So the type of the entries is defined here, in a module
//! that both use.

use std::{any::TypeId, panic::Location};

use super::requirement::Requirement;

/// The entry that an attribute adds to a program.
///
/// The compiler evaluates each entry as a constant. To keep builds fast, an entry holds little, and a
/// function returns the rest.
#[derive(Debug)]
pub struct Placed {
    pub(crate) item: &'static str,
    pub(crate) place: &'static Location<'static>,
    pub(crate) guards: fn() -> (Option<&'static Requirement>, Types),
}

inventory::collect!(Placed);

impl Placed {
    /// Returns the entries of all crates that are linked into the program.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        inventory::iter::<Self>()
    }
}

/// The types by which the table of routes and the OpenAPI document find the attribute of a handler.
#[derive(Clone, Copy)]
pub(crate) struct Types {
    /// The types of arguments that check the requirement of the attribute. For an attribute on a unit struct
    /// `P`, these are `Guard<P>` and `Passed<P>`. For an attribute on a handler, there is only one such type.
    /// The array then has that type twice.
    pub(crate) arguments: [TypeId; 2],
    /// An attribute with `logto = …` wraps arguments of its handler in `Under<…>`. These are the wrapped
    /// forms of `AuthInfo`, `Option<AuthInfo>`, `OrganizationId` and `Option<OrganizationId>`.
    #[cfg(feature = "explorer")]
    pub(crate) wrapped: Option<[TypeId; 4]>,
    /// The requirement for the token, if a credential of the program can replace the token.
    #[cfg(feature = "explorer")]
    pub(crate) of_token: Option<&'static Requirement>,
    /// A type that stands for the item: only the attributes of the item use it.
    #[cfg(feature = "utoipa")]
    pub(crate) owner: TypeId,
}
