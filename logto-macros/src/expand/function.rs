//! Adds the guard of an attribute to a function, as a leading argument. The guards of several attributes run
//! in the order of the arguments, before every other extractor.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{FnArg, Pat, PatType, PatWild, Token, Type};

use super::{
    Guard, finder,
    hidden_name::hidden_name,
    item_path, operation,
    policy::{self, one_or_any_of},
};
use crate::{item::Function, model::Access};

/// The number of arguments that `clippy::too_many_arguments` allows by default.
const CLIPPY_ARGUMENTS: usize = 7;

impl Guard<'_> {
    pub(super) fn function(&self, mut function: Function) -> TokenStream {
        let private = &self.private;
        let guards = function.guards();
        let name = hidden_name(&function.sig.ident, guards);
        // The first attribute adds this hidden struct, which identifies the function for all attributes.
        let owner = hidden_name(&function.sig.ident, 0);
        let item = item_path(&function.sig.ident);
        let vis = &function.vis;
        let policy = self.policy(&name);
        let (argument, info) = match (&policy, &self.model.access) {
            (None, _) => (quote!(#private::Public), quote!(#private::public(#item))),
            (Some(policy), Access::ByHand(_)) => (
                quote!(#private::ByHand<#policy>),
                quote!(#private::by_hand::<#policy, #owner>(#item)),
            ),
            (Some(policy), Access::Either(_, credential)) => (
                quote!(#private::TokenOr<#policy, #credential>),
                quote!(#private::either::<#policy, #credential, #owner>(#item)),
            ),
            (Some(policy), Access::Alternatives(_)) if self.model.logto.is_none() => (
                quote!(#private::Passed<#policy>),
                quote!(#private::policy::<#policy, #owner>(#item)),
            ),
            (Some(policy), _) if self.model.logto.is_some() => (
                quote!(#private::Passed<#policy>),
                quote!(#private::guard_in_state::<#policy, #owner>(#item)),
            ),
            (Some(policy), _) => (
                quote!(#private::Passed<#policy>),
                quote!(#private::guard::<#policy, #owner>(#item)),
            ),
        };
        let beside = self.beside(&info);
        let beside = match &self.model.access {
            Access::Public => policy::const_block(&beside),
            Access::Alternatives(policies) | Access::Either(policies, _)
                if self.model.logto.is_none() =>
            {
                let first = (guards == 0).then(|| quote!(#[doc(hidden)] struct #name;));
                let policy = one_or_any_of(private, policies);
                let evaluation = match &self.model.access {
                    Access::Either(..) => {
                        let requirement = quote!(<#policy as #private::AnyPolicy>::REQUIREMENT);
                        policy::evaluation_beside_credential(private, &requirement)
                    }
                    _ => policy::evaluation(private, &policy),
                };
                let beside = policy::const_block(&quote!(#evaluation #beside));
                quote!(#first #beside)
            }
            _ => {
                let implementation = policy::implementation(private, &self.model, &name, &beside);
                quote!(#[doc(hidden)] #vis struct #name; #implementation)
            }
        };
        if self.model.logto.is_some() {
            finder::wrap_arguments(private, &name, &mut function);
        }
        if self.describes {
            let mark = match (&policy, &self.model.access) {
                (None, _) => {
                    quote!(#private::guard_mark::<#private::Public>(::core::option::Option::None))
                }
                (Some(policy), Access::Either(_, credential)) => {
                    quote!(#private::guard_mark::<#owner>(::core::option::Option::Some(
                        <#private::TokenOr<#policy, #credential>>::requirement()
                    )))
                }
                (Some(policy), _) => quote!(#private::guard_mark::<#owner>(
                    ::core::option::Option::Some(&<#policy as #private::AnyPolicy>::REQUIREMENT)
                )),
            };
            operation::mark(&mut function.attrs, guards, &mark);
        }

        let arguments = function.sig.inputs.len();
        function
            .sig
            .inputs
            .insert(guards, leading_argument(argument));
        // Clippy's limit is exceeded only because of the added argument.
        let allow =
            (arguments == CLIPPY_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        quote!(#beside #allow #function)
    }

    /// Returns the policy that guards a function, or `None` for a public function. `name` is the name of
    /// this attribute's hidden struct.
    fn policy(&self, name: &Ident) -> Option<TokenStream> {
        match &self.model.access {
            Access::Public => None,
            Access::Alternatives(policies) | Access::Either(policies, _)
                if self.model.logto.is_none() =>
            {
                Some(one_or_any_of(&self.private, policies))
            }
            _ => Some(name.to_token_stream()),
        }
    }
}

fn leading_argument(ty: TokenStream) -> FnArg {
    FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(Pat::Wild(PatWild {
            attrs: Vec::new(),
            underscore_token: <Token![_]>::default(),
        })),
        colon_token: <Token![:]>::default(),
        ty: Box::new(Type::Verbatim(ty)),
    })
}
