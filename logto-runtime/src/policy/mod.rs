//! A named requirement, as a type.

pub(crate) mod requirement;
pub(crate) mod scope;

use std::marker::PhantomData;

pub use self::{
    requirement::{OrganizationSource, Requirement, RequirementKind, ScopeExpr, Subject},
    scope::Scope,
};

/// A named requirement that guards and layers take as a type parameter.
///
/// Put an attribute on a unit struct to implement it:
///
/// ```
/// use logto_runtime::require_scopes;
///
/// #[require_scopes("write:orders")]
/// pub struct WriteOrders;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no policy",
    label = "nothing says what it requires",
    note = "put `#[require_scopes(\"…\")]` or one of its siblings on the unit struct"
)]
pub trait Policy: 'static {
    /// What a caller must show.
    const REQUIREMENT: Requirement;
}

/// A policy that is met when one of several is: `Guard<AnyOf<(Admin, Member)>>`.
///
/// They are tried in order. [`Guard::granted_by`](crate::Guard::granted_by) tells which one it
/// was; where none is met, the caller gets the answer of the one that was nearest.
#[derive(Clone, Copy, Debug)]
pub struct AnyOf<T>(PhantomData<fn() -> T>);

macro_rules! any_of {
    ($($policy:ident)+) => {
        impl<$($policy: Policy),+> Policy for AnyOf<($($policy,)+)> {
            const REQUIREMENT: Requirement = Requirement::any_of(&[$($policy::REQUIREMENT),+]);
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
