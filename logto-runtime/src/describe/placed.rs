//! What attributes add to the program, for the inventory to collect.

use std::{any::TypeId, panic::Location};

use crate::{
    extract::{guard::Guard, passed::Passed, public::Public},
    policy::{Policy, requirement::Requirement},
};

/// How an attribute is found again.
#[derive(Clone, Copy)]
pub(super) struct Types {
    /// What it puts in front of a handler, or what handlers take of a policy.
    pub(super) arguments: [TypeId; 2],
    /// What only the attributes of the same item name.
    #[cfg(feature = "utoipa")]
    pub(super) owner: TypeId,
}

/// What each attribute adds to the program. The compiler evaluates it, so it holds little; the rest
/// is a function that [`guards`](super::inventory::guards) calls.
#[derive(Debug)]
pub struct Placed {
    pub(super) item: &'static str,
    pub(super) place: &'static Location<'static>,
    pub(super) guards: fn() -> (Option<&'static Requirement>, Types),
}

inventory::collect!(Placed);

/// For generated code: a function guarded by policy `P`. `Owner` is a type that only the attributes
/// of the same item name.
#[must_use]
#[track_caller]
pub const fn guard<P: Policy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_an_attribute::<P, Owner>,
    }
}

/// For generated code: the same for a policy that has a name, so that any handler may take it.
#[must_use]
#[track_caller]
pub const fn policy<P: Policy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_a_policy::<P, Owner>,
    }
}

/// For generated code: a handler for everyone.
#[must_use]
#[track_caller]
pub const fn public(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_a_public_handler,
    }
}

// Functions, since rustc compiles two for each closure.
#[cfg_attr(
    not(feature = "utoipa"),
    expect(
        clippy::extra_unused_type_parameters,
        reason = "only descriptions need the owner"
    )
)]
fn of_an_attribute<P: Policy, Owner: 'static>() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Passed<P>>(); 2],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Owner>(),
    };
    (Some(&P::REQUIREMENT), types)
}

#[cfg_attr(
    not(feature = "utoipa"),
    expect(
        clippy::extra_unused_type_parameters,
        reason = "only descriptions need the owner"
    )
)]
fn of_a_policy<P: Policy, Owner: 'static>() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Guard<P>>(), TypeId::of::<Passed<P>>()],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Owner>(),
    };
    (Some(&P::REQUIREMENT), types)
}

fn of_a_public_handler() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Public>(); 2],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Public>(),
    };
    (None, types)
}
