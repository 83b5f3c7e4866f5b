//! Creates the entries of the list of guards. Each attribute of this crate adds one entry at compile time.

use std::{any::TypeId, panic::Location};

use crate::{
    extract::{
        by_hand::ByHand,
        guard::Guard,
        passed::Passed,
        public::Public,
        token_or::{Credential, TokenOr},
    },
    policy::{
        AnyPolicy,
        placed::{Placed, Types},
        requirement::Requirement,
    },
};
#[cfg(feature = "explorer")]
use crate::{
    extract::{organization_id::OrganizationId, under::Under},
    logto::auth_info::AuthInfo,
};

/// Creates the entry of a function guarded by policy `P`. For generated code.
///
/// `Owner` is a type that stands for the item. Each item has its own.
#[must_use]
#[track_caller]
pub const fn guard<P: AnyPolicy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_an_attribute::<P, Owner>,
    }
}

/// Creates the entry of a function guarded by policy `P`, for an attribute with `logto = …`. For generated
/// code.
///
/// `Owner` is a type that stands for the item. Each item has its own.
#[must_use]
#[track_caller]
pub const fn guard_in_state<P: AnyPolicy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_an_attribute_with_logto::<P, Owner>,
    }
}

/// Creates the entry of a function that accepts either a token that meets policy `P`, or the credential `K`.
/// For generated code.
///
/// `Owner` is a type that stands for the item. Each item has its own.
#[must_use]
#[track_caller]
pub const fn either<P: AnyPolicy, K: Credential, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_a_token_or_a_credential::<P, K, Owner>,
    }
}

/// Creates the entry of a named policy, or of `#[require_any]` without `logto = …` on a handler. For
/// generated code.
///
/// The entry lists two types of arguments: `Passed<P>`, which attributes add, and `Guard<P>`, which any
/// handler can have.
#[must_use]
#[track_caller]
pub const fn policy<P: AnyPolicy, Owner: 'static>(item: &'static str) -> Placed {
    Placed {
        item,
        place: Location::caller(),
        guards: of_a_policy::<P, Owner>,
    }
}

/// Creates the entry of a handler that checks its callers by hand. For generated code.
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
        #[cfg(feature = "explorer")]
        wrapped: None,
        #[cfg(feature = "explorer")]
        of_token: None,
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
        #[cfg(feature = "explorer")]
        wrapped: None,
        #[cfg(feature = "explorer")]
        of_token: None,
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
        #[cfg(feature = "explorer")]
        wrapped: None,
        #[cfg(feature = "explorer")]
        of_token: None,
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Owner>(),
    };
    (Some(&P::REQUIREMENT), types)
}

fn of_an_attribute_with_logto<P: AnyPolicy, Owner: 'static>()
-> (Option<&'static Requirement>, Types) {
    let (requirement, types) = of_an_attribute::<P, Owner>();
    #[cfg(feature = "explorer")]
    let types = Types {
        wrapped: Some(wrapped::<P>()),
        ..types
    };
    (requirement, types)
}

fn of_a_token_or_a_credential<P: AnyPolicy, K: Credential, Owner: 'static>()
-> (Option<&'static Requirement>, Types) {
    let (_, mut types) = of_an_attribute::<P, Owner>();
    types.arguments = [TypeId::of::<TokenOr<P, K>>(); 2];
    #[cfg(feature = "explorer")]
    {
        types.wrapped = Some(wrapped::<P>());
        types.of_token = Some(&P::REQUIREMENT);
    }
    (Some(TokenOr::<P, K>::requirement()), types)
}

/// An attribute with `logto = …` wraps arguments such as `AuthInfo` in `Under`. Returns the types of these
/// wrapped arguments.
#[cfg(feature = "explorer")]
fn wrapped<P: 'static>() -> [TypeId; 4] {
    [
        TypeId::of::<Under<AuthInfo, P>>(),
        TypeId::of::<Under<Option<AuthInfo>, P>>(),
        TypeId::of::<Under<OrganizationId, P>>(),
        TypeId::of::<Under<Option<OrganizationId>, P>>(),
    ]
}

fn of_a_public_handler() -> (Option<&'static Requirement>, Types) {
    let types = Types {
        arguments: [TypeId::of::<Public>(); 2],
        #[cfg(feature = "explorer")]
        wrapped: None,
        #[cfg(feature = "explorer")]
        of_token: None,
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Public>(),
    };
    (None, types)
}
