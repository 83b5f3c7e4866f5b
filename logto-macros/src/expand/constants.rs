//! Generates the constants of `scopes!()`.

use logto_manifest::FILE_NAME;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{rebuild_on_change::rebuild_on_change, scopes_crate::ScopesCrate};
use crate::{
    constants,
    errors::Errors,
    manifest,
    model::{Constant, ConstantResource, Constants},
};

/// Expands `scopes!()`.
pub(crate) fn expand_scopes(args: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let krate = constants::parse_crate(args, &mut errors);
    let manifest = manifest::load(&mut errors);
    // `load` also returns `None` for a file with mistakes. Only one attribute or `scopes!` of the crate
    // reports these mistakes, so `errors` can be empty here although the file exists.
    if manifest.is_none() && errors.is_empty() && !manifest::exists() {
        errors.span(proc_macro2::Span::call_site(), no_manifest());
    }
    let (Some(manifest), true) = (manifest, errors.is_empty()) else {
        let error = errors.into_error().map(|error| error.to_compile_error());
        return quote!(#error);
    };
    let Constants {
        unique: at_top_level,
        modules,
    } = constants::of(&manifest);
    let rebuild = rebuild_on_change(&manifest);
    let ScopesCrate {
        import,
        in_scopes,
        in_modules,
    } = ScopesCrate::new(krate);
    let at_top_level = constant_items(&in_scopes, &at_top_level);
    let modules = modules.iter().map(|(name, constants)| {
        let doc = format!("The constants of `{name}`.");
        let constants = constant_items(&in_modules, constants);
        quote! {
            #[doc = #doc]
            pub mod #name {
                #constants
            }
        }
    });
    quote! {
        /// The scopes and permissions that `logto.toml` declares.
        #[allow(dead_code)]
        pub mod scopes {
            #rebuild
            #import
            #at_top_level
            #(#modules)*
        }
    }
}

fn no_manifest() -> String {
    format!(
        "`scopes!` needs a `{FILE_NAME}` in the crate's folder or above it in the workspace; \
         create the file, or write scopes as strings"
    )
}

fn constant_items(private: &TokenStream, constants: &[Constant]) -> TokenStream {
    let mut tokens = TokenStream::new();
    for Constant {
        ident,
        scope,
        resource,
    } in constants
    {
        let (doc, value) = match resource {
            None => (
                format!("The organization permission `{scope}`."),
                quote!(permission(#scope)),
            ),
            Some(ConstantResource {
                indicator,
                name,
                default,
            }) => {
                let name = match name {
                    Some(name) => quote!(::core::option::Option::Some(#name)),
                    None => quote!(::core::option::Option::None),
                };
                (
                    format!("The scope `{scope}` of <{indicator}>."),
                    quote!(scope(#scope, #indicator, #name, #default)),
                )
            }
        };
        quote! {
            #[doc = #doc]
            pub const #ident: #private::Scope = #private::#value;
        }
        .to_tokens(&mut tokens);
    }
    tokens
}
