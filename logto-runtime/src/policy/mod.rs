//! Requirements of routes, and the types that name them.
//!
//! A [`Policy`] is a type with a [`Requirement`]. The requirement says which resource, scopes, organization,
//! subject and client an access token must have. Guards and layers take the type as a parameter. Requirements
//! are constants, so nothing is parsed at run time.
//!
//! - Attributes such as [`require_scopes`](macro@crate::require_scopes) implement [`Policy`] for a
//!   unit struct. [`Policy`] can also be implemented by hand.
//! - [`AnyOf`] is a policy with alternatives. A token must meet one of them.
//! - [`Scope`] is the type of the constants that [`scopes!`](crate::scopes) declares.
//!
//! ```
//! use logto_runtime::{Guard, policy::AnyOf, require_scopes};
//!
//! #[require_scopes("write:orders")]
//! struct WriteOrders;
//!
//! #[require_scopes("admin")]
//! struct Admin;
//!
//! async fn create_order(_: Guard<AnyOf<(WriteOrders, Admin)>>) {}
//! ```

pub(crate) mod declared_name;
pub(crate) mod placed;
pub(crate) mod requirement;
pub(crate) mod scope;

use std::marker::PhantomData;

pub use self::{
    requirement::{OrganizationSource, Requirement, RequirementKind, ScopeExpr, Subject},
    scope::Scope,
};

/// A type that names a requirement, for use as a parameter of guards and layers.
///
/// Put an attribute on a unit struct to implement this trait:
///
/// ```
/// use logto_runtime::require_scopes;
///
/// #[require_scopes("write:orders")]
/// pub struct WriteOrders;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy: it does not implement `Policy`; put \
               `#[require_scopes(\"…\")]` on it",
    label = "not a policy",
    note = "`#[require_auth]`, `#[require_org_scopes(\"…\")]`, \
            `#[require_org_permission(\"…\")]` and `#[require_any(…)]` on a unit struct implement \
            `Policy` too",
    note = "an alternative with `logto = …` is not for `AnyOf`: put `#[require_any(A, B, state = …, \
            logto = …)]` on a unit struct, and take a `Guard` of that",
    note = "an API key, or another credential of your own, is not a policy; accept it in addition to a \
            policy: `#[require_any(A, credential = ApiKey)]`"
)]
pub trait Policy: 'static {
    /// The requirement for the access token of a caller.
    const REQUIREMENT: Requirement;
}

/// A type that guards and layers accept: every [`Policy`], and the policies of attributes with `logto = …`.
///
/// Do not implement this trait; implement [`Policy`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy: it does not implement `Policy`; put \
               `#[require_scopes(\"…\")]` on it",
    label = "not a policy",
    note = "`#[require_auth]`, `#[require_org_scopes(\"…\")]`, \
            `#[require_org_permission(\"…\")]` and `#[require_any(…)]` on a unit struct implement \
            `Policy` too",
    note = "an alternative with `logto = …` is not for `AnyOf`: put `#[require_any(A, B, state = …, \
            logto = …)]` on a unit struct, and take a `Guard` of that",
    note = "an API key, or another credential of your own, is not a policy; accept it in addition to a \
            policy: `#[require_any(A, credential = ApiKey)]`"
)]
pub trait AnyPolicy: 'static {
    /// The requirement for the access token of a caller.
    const REQUIREMENT: Requirement;

    /// The type with which guards of this policy find the [`Logto`](crate::Logto) in the state of a router.
    /// Without `logto = …`, this is [`InState`].
    type Finder: 'static;
}

impl<P: Policy> AnyPolicy for P {
    const REQUIREMENT: Requirement = <P as Policy>::REQUIREMENT;
    type Finder = InState;
}

/// The [`Finder`](AnyPolicy::Finder) of policies without `logto = …`. Finds the [`Logto`](crate::Logto)
/// with the trait [`LogtoState`](crate::LogtoState), which the state implements.
#[derive(Clone, Copy, Debug)]
pub enum InState {}

/// A policy with two to eight alternatives, such as `AnyOf<(Admin, Member)>`. A token must meet one of them.
///
/// The alternatives are tried in order. [`Guard::granted_by`](crate::Guard::granted_by) tells which one was
/// met. If none was met, the closest alternative decides the response. A misconfigured alternative counts as
/// the closest.
#[derive(Clone, Copy, Debug)]
pub struct AnyOf<T>(PhantomData<fn() -> T>);

macro_rules! any_of {
    ($($policy:ident)+) => {
        impl<$($policy: AnyPolicy),+> AnyOf<($($policy,)+)> {
            #[doc(hidden)]
            pub const ALTERNATIVES: Requirement =
                Requirement::any_of(&[$($policy::REQUIREMENT),+]);
        }

        impl<$($policy: Policy),+> Policy for AnyOf<($($policy,)+)> {
            const REQUIREMENT: Requirement = Self::ALTERNATIVES;
        }
    };
}

any_of!(A B);
any_of!(A B C);
any_of!(A B C D);
any_of!(A B C D E);
any_of!(A B C D E F);
any_of!(A B C D E F G);
any_of!(A B C D E F G H);
