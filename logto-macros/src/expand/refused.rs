//! Generates the output of an attribute with mistakes.

use proc_macro2::TokenStream;
use quote::quote;

use super::private::Private;
use crate::item::{Definition, Item};

/// Returns the errors and the item.
///
/// A type also gets an implementation of `Policy`, so that its uses do not cause further errors. No
/// token satisfies that policy, because an empty list of scopes is never satisfied.
pub(super) fn refused(private: &Private, item: &Item, error: Option<syn::Error>) -> TokenStream {
    let error = error.map(|error| error.to_compile_error());
    let policy = match item {
        Item::UnitStruct(definition) | Item::OtherType(definition) => {
            Some(unsatisfiable_policy(private, definition))
        }
        Item::Function(_) | Item::Other { .. } | Item::Unreadable(..) => None,
    };
    quote!(#error #item #policy)
}

fn unsatisfiable_policy(private: &Private, definition: &Definition) -> TokenStream {
    let Definition {
        ident,
        generics,
        removed_attributes,
        ..
    } = definition;
    let (params, arguments, clauses) = generics.split_for_impl();
    let clauses = clauses.map(|clauses| &clauses.predicates);
    // Each `use` names a removed attribute. Without the `use`, rustc would report the program's import of the
    // attribute as unused.
    quote! {
        #[automatically_derived]
        impl #params #private::Policy for #ident #arguments
        where
            Self: 'static,
            #clauses
        {
            const REQUIREMENT: #private::Requirement =
                #private::Requirement::scopes(#private::All(&[]));
        }
        #(
            #[allow(unused_imports)]
            use #removed_attributes as _;
        )*
    }
}
