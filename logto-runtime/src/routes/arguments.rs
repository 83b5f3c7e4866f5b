//! Handlers that begin with a guard, told by the types of their arguments.

use std::any::TypeId;

use crate::{
    extract::{guard::Guard, passed::Passed, public::Public},
    policy::{Policy, requirement::Requirement},
};

/// The arguments of a handler that begins with a guard or is public. Sealed by its use: it is
/// implemented for axum's own argument tuples.
#[diagnostic::on_unimplemented(
    message = "this handler has no guard",
    label = "neither guarded nor `#[public]`",
    note = "put `#[require_scopes(\"…\")]` or one of its siblings on the function, or `#[public]` \
            if everyone may call it"
)]
pub trait GuardedArguments {
    /// What the first argument requires; `None` for a public handler.
    const FIRST: Option<Requirement>;

    /// The types of all of them, by which the inventory knows further guards.
    #[doc(hidden)]
    fn types() -> Vec<TypeId>;
}

macro_rules! guarded_arguments {
    ($($rest:ident)*) => {
        guarded_arguments!(P: Guard<P> => Some(P::REQUIREMENT); $($rest)*);
        guarded_arguments!(P: Passed<P> => Some(P::REQUIREMENT); $($rest)*);
        guarded_arguments!(: Public => None; $($rest)*);
    };
    ($($policy:ident)?: $first:ty => $requirement:expr; $($rest:ident)*) => {
        impl<M, $($policy: Policy,)? $($rest: 'static),*> GuardedArguments
            for (M, $first, $($rest,)*)
        {
            const FIRST: Option<Requirement> = $requirement;

            fn types() -> Vec<TypeId> {
                vec![TypeId::of::<$first>(), $(TypeId::of::<$rest>()),*]
            }
        }
    };
}

guarded_arguments!();
guarded_arguments!(A);
guarded_arguments!(A B);
guarded_arguments!(A B C);
guarded_arguments!(A B C D);
guarded_arguments!(A B C D E);
guarded_arguments!(A B C D E F);
guarded_arguments!(A B C D E F G);
guarded_arguments!(A B C D E F G H);
guarded_arguments!(A B C D E F G H I);
guarded_arguments!(A B C D E F G H I J);
guarded_arguments!(A B C D E F G H I J K);
guarded_arguments!(A B C D E F G H I J K L);
guarded_arguments!(A B C D E F G H I J K L N);
guarded_arguments!(A B C D E F G H I J K L N O);
guarded_arguments!(A B C D E F G H I J K L N O Q);
