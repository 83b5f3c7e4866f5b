//! Recognizes guarded handlers by the types of their arguments.

use std::any::TypeId;
#[cfg(feature = "explorer")]
use std::any::type_name;

use crate::{
    extract::{
        by_hand::ByHand,
        guard::Guard,
        passed::Passed,
        public::Public,
        token_or::{Credential, TokenOr},
    },
    policy::{AnyPolicy, requirement::Requirement},
};

/// The arguments of a handler that is guarded, checks its callers by hand, or is public. The type of the
/// first argument says which of the three.
///
/// Implemented for the argument tuples of axum's handlers, if the first argument is a [`Guard`], a
/// [`TokenOr`], or an argument that an attribute of this crate adds.
#[diagnostic::on_unimplemented(
    message = "this handler has no guard",
    label = "this function is neither guarded nor `#[public]`",
    note = "put `#[require_scopes(\"…\")]` or another guard attribute on the function, \
            `#[guarded_by(\"…\")]` if it checks its callers by hand, or `#[public]` if everyone may \
            call it"
)]
pub trait GuardedArguments {
    /// The requirement of the first argument; `None` for a public handler.
    const FIRST: Option<Requirement>;

    /// Returns the requirement of the first argument; `None` for a public handler.
    ///
    /// For a [`TokenOr`], returns the requirement of the policy, without the credential. Unlike
    /// [`FIRST`](Self::FIRST), the result is a static reference, so the explorer can keep it.
    #[doc(hidden)]
    fn first() -> Option<&'static Requirement>;

    /// Returns the types of all arguments. Further guards are looked up in the inventory by these types.
    #[doc(hidden)]
    fn types() -> Vec<TypeId>;

    /// Returns the names of the types of all arguments. The explorer shows the name of a type that
    /// it does not know.
    #[doc(hidden)]
    #[cfg(feature = "explorer")]
    fn names() -> Vec<&'static str>;
}

macro_rules! guarded_arguments {
    ($($rest:ident)*) => {
        guarded_arguments!(
            P: AnyPolicy => Guard<P> => Some(P::REQUIREMENT), Some(&P::REQUIREMENT); $($rest)*
        );
        guarded_arguments!(
            P: AnyPolicy => Passed<P> => Some(P::REQUIREMENT), Some(&P::REQUIREMENT); $($rest)*
        );
        guarded_arguments!(
            P: AnyPolicy => ByHand<P> => Some(P::REQUIREMENT), Some(&P::REQUIREMENT); $($rest)*
        );
        guarded_arguments!(
            P: AnyPolicy, Key: Credential => TokenOr<P, Key> =>
                Some(TokenOr::<P, Key>::REQUIREMENT), Some(&P::REQUIREMENT);
            $($rest)*
        );
        guarded_arguments!(=> Public => None, None; $($rest)*);
    };
    (
        $($policy:ident: $bound:ident),* => $first:ty => $requirement:expr, $kept:expr;
        $($rest:ident)*
    ) => {
        impl<M, $($policy: $bound,)* $($rest: 'static),*> GuardedArguments
            for (M, $first, $($rest,)*)
        {
            const FIRST: Option<Requirement> = $requirement;

            fn first() -> Option<&'static Requirement> {
                $kept
            }

            fn types() -> Vec<TypeId> {
                vec![TypeId::of::<$first>(), $(TypeId::of::<$rest>()),*]
            }

            #[cfg(feature = "explorer")]
            fn names() -> Vec<&'static str> {
                vec![type_name::<$first>(), $(type_name::<$rest>()),*]
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
