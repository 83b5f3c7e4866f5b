//! Implements `Policy` for a unit struct with an attribute, or for the hidden struct that is generated for a
//! function with an attribute.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

use super::{finder, private::Private, requirement::RequirementTokens};
use crate::model::{Access, Model, Requirement, ScopeExpr};

/// Returns the implementation of `Policy` for `name`. With `logto = …`, returns implementations of
/// `AnyPolicy` and `FindLogto` instead. For `#[public]`, returns only a `const _` block.
///
/// Puts the statements of `beside` into the constant `REQUIREMENT`. rustc would need more time to compile a
/// separate `const _` block.
pub(super) fn implementation(
    private: &Private,
    model: &Model,
    name: &Ident,
    beside: &TokenStream,
) -> TokenStream {
    let (evaluation, requirement) = match &model.access {
        Access::Public => return const_block(beside),
        Access::ByHand(text) => (None, quote!(#private::Requirement::by_hand(#text))),
        Access::Alternatives(policies) => {
            let any = any_of(private, policies);
            let requirement = quote!(<#any>::ALTERNATIVES);
            (Some(evaluation_of(private, &requirement)), requirement)
        }
        Access::Either(policies, _) => {
            let policy = one_or_any_of(private, policies);
            let requirement = match policies.as_slice() {
                [_] => quote!(<#policy as #private::AnyPolicy>::REQUIREMENT),
                _ => quote!(<#policy>::ALTERNATIVES),
            };
            let evaluation = evaluation_beside_credential(private, &requirement);
            (Some(evaluation), requirement)
        }
        Access::Requirement(requirement) => {
            let evaluation = names_constants(requirement).then(|| evaluation(private, name));
            let requirement = RequirementTokens {
                private,
                requirement,
            }
            .into_token_stream();
            (evaluation, requirement)
        }
    };
    let requirement = quote! {
        const REQUIREMENT: #private::Requirement = { #evaluation #beside #requirement };
    };
    match finder::implementation(private, model, name) {
        None => quote! {
            #[automatically_derived]
            impl #private::Policy for #name {
                #requirement
            }
        },
        Some(finding) => quote! {
            #[automatically_derived]
            impl #private::AnyPolicy for #name {
                #requirement
                type Finder = #name;
            }
            #finding
        },
    }
}

/// Puts the statements of `beside` into a `const _` block. Used for an item that does not get an
/// implementation of `Policy`.
pub(super) fn const_block(beside: &TokenStream) -> TokenStream {
    quote!(const _: () = { #beside };)
}

pub(super) fn any_of(private: &Private, policies: &[Path]) -> TokenStream {
    quote!(#private::AnyOf<(#(#policies,)*)>)
}

pub(super) fn one_or_any_of(private: &Private, policies: &[Path]) -> TokenStream {
    match policies {
        [policy] => policy.to_token_stream(),
        _ => any_of(private, policies),
    }
}

/// Returns a constant that holds the requirement of `policy`, so that `cargo check` evaluates the
/// requirement.
///
/// The evaluation fails if a constant of `scopes!()` does not fit the attribute. It also fails for
/// alternatives that can't be combined.
pub(super) fn evaluation(private: &Private, policy: &impl ToTokens) -> TokenStream {
    evaluation_of(
        private,
        &quote!(<#policy as #private::AnyPolicy>::REQUIREMENT),
    )
}

/// Returns the constant of [`evaluation`] for an attribute with `credential = …`.
///
/// Its evaluation also fails for an organization policy, and for a policy with `subject = path(…)`. The
/// handler does not see the credential, so it could not compare the owner of the credential with the request.
pub(super) fn evaluation_beside_credential(
    private: &Private,
    requirement: &impl ToTokens,
) -> TokenStream {
    evaluation_of(private, &quote!(#requirement.beside_hidden_credential()))
}

fn evaluation_of(private: &Private, requirement: &impl ToTokens) -> TokenStream {
    quote!(const _: #private::Requirement = #requirement;)
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
