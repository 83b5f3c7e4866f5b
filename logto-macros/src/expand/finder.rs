//! How a guard finds its `Logto` in a state of another crate: `state = …, logto = …`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{FnArg, GenericArgument, Pat, PatType, Path, PathArguments, Type, spanned::Spanned as _};

use super::private::Private;
use crate::{item::Function, model::Model};

/// The names of the argument types that [`wrap_arguments`] wraps.
const ARGUMENTS: [&str; 3] = ["AuthInfo", "OrganizationId", "Claims"];

/// Returns the implementation of `FindLogto` for the policy `name`, or `None` without `logto = …`.
///
/// The policy belongs to the user's crate, so the orphan rule allows the implementation for a state of
/// any crate.
pub(super) fn implementation(
    private: &Private,
    model: &Model,
    name: &Ident,
) -> Option<TokenStream> {
    let (Some(state), Some(function)) = (&model.state, &model.logto) else {
        return None;
    };
    // Resolves the generated names at the attribute, even if a macro wrote the path of the function.
    let span = function.span().resolved_at(Span::call_site());
    let at = private.at(span);
    let found = quote_spanned!(span=> #at::FoundLogto::found(#function(state)));
    Some(quote! {
        #[automatically_derived]
        impl #private::FindLogto<#state> for #name {
            fn find_logto(state: &#state) -> ::core::option::Option<#private::Logto> {
                #found
            }
        }
    })
}

/// Wraps arguments in `Under`, if [`needs_logto`] accepts their type.
///
/// `name` is the policy of the attribute. `Under` finds the `Logto` as the guard of this policy does.
pub(super) fn wrap_arguments(private: &Private, name: &Ident, function: &mut Function) {
    for argument in &mut function.sig.inputs {
        if let FnArg::Typed(argument) = argument
            && needs_logto(&argument.ty)
        {
            wrap(private, name, argument);
        }
    }
}

fn wrap(private: &Private, name: &Ident, argument: &mut PatType) {
    let PatType { pat, ty, .. } = &*argument;
    let private = private.at(ty.span());
    let wrapped = Pat::Verbatim(quote!(#private::Under(#pat, ..)));
    let wrapper = quote_spanned!(ty.span()=> #private::Under<#ty, #name>);
    *argument.pat = wrapped;
    *argument.ty = Type::Verbatim(wrapper);
}

/// Checks whether the name of the type is in [`ARGUMENTS`]. Looks inside `Option`, too.
///
/// An attribute does not see types, so this function compares the last segment of the type's path.
fn needs_logto(ty: &Type) -> bool {
    match ty {
        Type::Path(ty) => names_argument(&ty.path),
        Type::Group(group) => needs_logto(&group.elem),
        Type::Paren(paren) => needs_logto(&paren.elem),
        _ => false,
    }
}

fn names_argument(path: &Path) -> bool {
    let Some(last) = path.segments.last() else {
        return false;
    };
    if ARGUMENTS.iter().any(|name| last.ident == name) {
        return true;
    }
    match &last.arguments {
        PathArguments::AngleBracketed(inside) if last.ident == "Option" => {
            inside.args.iter().any(|argument| match argument {
                GenericArgument::Type(ty) => needs_logto(ty),
                _ => false,
            })
        }
        _ => false,
    }
}
