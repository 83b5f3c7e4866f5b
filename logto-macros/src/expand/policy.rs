//! The implementation of `Policy` for the type that an attribute names or adds.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

use super::{private::Private, requirement::RequirementTokens};
use crate::model::{Access, Requirement, ScopeExpr};

/// Within the constant stands what must stand somewhere beside the item: rustc takes less time for
/// that than for a block of its own.
pub(super) fn implementation(
    private: &Private,
    access: &Access,
    name: &Ident,
    beside: &TokenStream,
) -> TokenStream {
    match access {
        Access::Public => without(beside),
        Access::Alternatives(policies) => {
            let any = any_of(private, policies);
            let requirement = quote!(<#any as #private::Policy>::REQUIREMENT);
            implement(private, name, &quote!(#beside #requirement))
        }
        Access::Requirement(requirement) => {
            let evaluation = names_constants(requirement).then(|| evaluation(private, name));
            let requirement = RequirementTokens {
                private,
                requirement,
            }
            .into_token_stream();
            let body = quote!(#evaluation #beside #requirement);
            implement(private, name, &body)
        }
    }
}

/// What stands beside an item that has no policy of its own.
pub(super) fn without(beside: &TokenStream) -> TokenStream {
    quote!(const _: () = { #beside };)
}

pub(super) fn any_of(private: &Private, policies: &[Path]) -> TokenStream {
    quote!(#private::AnyOf<(#(#policies,)*)>)
}

fn implement(private: &Private, name: &Ident, body: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #private::Policy for #name {
            const REQUIREMENT: #private::Requirement = { #body };
        }
    }
}

/// Whether a name is of a scope of the right kind shows only when the requirement is evaluated, which
/// `cargo check` does for what a constant asks for.
fn evaluation(private: &Private, name: &Ident) -> TokenStream {
    quote!(const _: #private::Requirement = <#name as #private::Policy>::REQUIREMENT;)
}

fn names_constants(requirement: &Requirement) -> bool {
    fn in_expr(scopes: &ScopeExpr) -> bool {
        match scopes {
            ScopeExpr::One(_) => false,
            ScopeExpr::Constant(_) => true,
            ScopeExpr::All(members) | ScopeExpr::Any(members) => members.iter().any(in_expr),
        }
    }
    requirement.scopes.as_ref().is_some_and(in_expr)
}
