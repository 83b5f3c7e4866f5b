//! Creates the entries that attributes add to a program.

use std::{any::TypeId, panic::Location};

use crate::{
    extract::{by_hand::ByHand, guard::Guard, passed::Passed, public::Public},
    policy::{
        AnyPolicy,
        placed::{Placed, Types},
        requirement::Requirement,
    },
};

/// Creates the entry of a function guarded by policy `P`. For generated code.
///
/// `Owner` is a type that only the attributes of the same item name.
#[must_use]
#[track_caller]
pub const fn guard<P: AnyPolicy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_an_attribute::<P, Owner>,
    }
}

/// Creates the entry of a named policy, which any handler may take. For generated code.
#[must_use]
#[track_caller]
pub const fn policy<P: AnyPolicy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_a_policy::<P, Owner>,
    }
}

/// Creates the entry of a handler that its author guards by hand. For generated code.
#[must_use]
#[track_caller]
pub const fn by_hand<P: AnyPolicy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_a_handler_guarded_by_hand::<P, Owner>,
    }
}

/// Creates the entry of a public handler. For generated code.
#[must_use]
#[track_caller]
pub const fn public(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_a_public_handler,
    }
}

// Functions instead of closures, because rustc compiles two functions for each closure.
#[cfg_attr(
    not(feature = "utoipa"),
    expect(
        clippy::extra_unused_type_parameters,
        reason = "only OpenAPI descriptions need the owner"
    )
)]
fn of_an_attribute<P: AnyPolicy, Owner: 'static>() -> (Option<&'static Requirement>, Types) {
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
        reason = "only OpenAPI descriptions need the owner"
    )
)]
fn of_a_policy<P: AnyPolicy, Owner: 'static>() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Guard<P>>(), TypeId::of::<Passed<P>>()],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Owner>(),
    };
    (Some(&P::REQUIREMENT), types)
}

#[cfg_attr(
    not(feature = "utoipa"),
    expect(
        clippy::extra_unused_type_parameters,
        reason = "only OpenAPI descriptions need the owner"
    )
)]
fn of_a_handler_guarded_by_hand<P: AnyPolicy, Owner: 'static>()
-> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<ByHand<P>>(); 2],
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
