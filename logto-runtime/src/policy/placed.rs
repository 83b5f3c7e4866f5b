//! The entries that attributes add to a program, as plain data.
//!
//! `describe` creates them, because it knows the types of arguments. They are defined here, so that
//! modules that `describe` uses, such as `logto`, can read them.

use std::{any::TypeId, panic::Location};

use super::requirement::Requirement;

/// The entry that an attribute adds to a program.
///
/// The compiler evaluates each entry as a constant. To keep builds fast, an entry holds little, and a function
/// returns the rest.
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

/// The types by which tables and documents find the attribute of a handler.
#[derive(Clone, Copy)]
pub(crate) struct Types {
    /// For the attribute of a handler: the type of the argument that the attribute adds, twice. For the
    /// attribute of a policy: the two types of arguments with which handlers take the policy.
    pub(crate) arguments: [TypeId; 2],
    /// The types that further arguments of a handler can have if its attribute has `logto = …`: `Under` around
    /// `AuthInfo`, around `OrganizationId`, and around an `Option` of each.
    #[cfg(feature = "explorer")]
    pub(crate) wrapped: Option<[TypeId; 4]>,
    /// What the argument requires of a token, if a credential of the program can replace the token.
    #[cfg(feature = "explorer")]
    pub(crate) of_token: Option<&'static Requirement>,
    /// A type that stands for the item: only the attributes of the item use it.
    #[cfg(feature = "utoipa")]
    pub(crate) owner: TypeId,
}
