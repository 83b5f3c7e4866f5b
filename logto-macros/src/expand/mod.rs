//! Generates code. Only this folder uses `quote!` to write it.
//!
//! The input is the tokens of an attribute and of its item, or the arguments of `scopes!()`. The
//! output is the tokens that replace them. For an attribute, this file runs all steps: it parses, validates
//! and generates. For `scopes!()`, `constants` runs them.
//!
//! - A function gets a leading argument, the guard. Except for `#[public]`, the type of the argument names
//!   the policy. The policy is usually a hidden struct that is added beside the function.
//! - A unit struct gets an implementation of `Policy`. With `logto = …`, it gets implementations of
//!   `AnyPolicy` and `FindLogto` instead.
//! - An attribute also registers its item in the inventory of guards.
//! - If the input has a mistake, the output is the compile errors and the item without the attribute's
//!   guard. A type still gets an implementation of `Policy`, so that its uses cause no more errors. No token
//!   satisfies this policy.
//! - Generated code names library items only by paths below `::core` and below the `__private` of
//!   `logto-runtime`. The path of `logto-runtime` is `::logto_runtime`, or the path in `crate = …`.
//!
//! Files, in reading order:
//!
//! - `requirement` and `policy`: the implementation of `Policy`
//! - `finder`: how a guard finds its `Logto` in a state whose type is from another crate
//! - `function`: the leading argument of a function
//! - `hidden_name`: the name of the hidden struct beside a function
//! - `private`: the path of `__private`
//! - `rebuild_on_change`: makes the crate depend on `logto.toml`
//! - `operation`: additions to `#[utoipa::path(…)]`
//! - `refused`: the output after a mistake
//! - `constants`: `scopes!()`
//! - `scopes_crate`: the path in `scopes!(crate = …)`

mod constants;
mod finder;
mod function;
mod hidden_name;
mod operation;
mod policy;
mod private;
mod rebuild_on_change;
mod refused;
mod requirement;
mod scopes_crate;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{ext::IdentExt as _, spanned::Spanned as _};

pub(crate) use self::constants::expand_scopes;
use self::{private::Private, rebuild_on_change::rebuild_on_change, refused::refused};
use crate::{
    args::Args,
    errors::Errors,
    item::{Definition, Item},
    kind::Kind,
    manifest::{self, ManifestFile},
    model::Model,
    validate,
};

/// Whether handlers are described for OpenAPI. The feature `utoipa` of `logto-runtime` enables it.
const DESCRIBES: bool = cfg!(feature = "utoipa");

/// Expands one attribute.
pub(crate) fn attribute(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    attribute_for(DESCRIBES, kind, args, item)
}

/// Expands one attribute, with or without the OpenAPI description.
pub(crate) fn attribute_for(
    describes: bool,
    kind: Kind,
    args: TokenStream,
    item: TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let mut item = Item::parse(item);
    let mut args = Args::parse(kind, args, &mut errors);
    let private = Private(args.krate.take().and_then(|keyed| keyed.value));
    let credential = args.credential.as_ref().map(|keyed| keyed.key.clone());
    let state_alone = args.state.is_some() && args.logto.is_none();
    let manifest = match kind {
        Kind::Alternatives | Kind::Public | Kind::ByHand => None,
        _ => manifest::load(&mut errors),
    };
    let model = validate::arguments(kind, args, manifest.as_deref(), &mut errors);
    validate::item(
        kind,
        state_alone,
        credential.as_ref(),
        &mut item,
        &mut errors,
    );
    if describes {
        validate::operation(kind, credential.is_some(), &mut item, &mut errors);
    }
    match (model, errors.into_error()) {
        (Some(model), None) => {
            let guard = Guard {
                private,
                model,
                manifest: manifest.as_deref(),
                describes,
            };
            guard.expand(item)
        }
        (_, error) => refused(&private, &item, error),
    }
}

/// A validated attribute.
struct Guard<'a> {
    private: Private,
    model: Model,
    manifest: Option<&'a ManifestFile>,
    describes: bool,
}

impl Guard<'_> {
    fn expand(&self, item: Item) -> TokenStream {
        match item {
            Item::Function(function) => self.function(*function),
            Item::UnitStruct(definition) => self.unit_struct(&definition),
            Item::OtherType(_) | Item::Other { .. } | Item::Unreadable(..) => {
                item.into_token_stream()
            }
        }
    }

    fn unit_struct(&self, definition: &Definition) -> TokenStream {
        let private = &self.private;
        let ident = &definition.ident;
        let item = item_path(ident);
        let beside = self.beside(&quote!(#private::policy::<#ident, #ident>(#item)));
        let policy = policy::implementation(private, &self.model, ident, &beside);
        quote!(#definition #policy)
    }

    /// Returns the statements that an expansion adds beside the guard:
    ///
    /// - the entry in the inventory of guards
    /// - if a `logto.toml` was loaded: a constant that makes the crate depend on this file
    /// - with `state = …` but without `logto = …`: a check of the type of the state
    fn beside(&self, info: &TokenStream) -> TokenStream {
        let private = &self.private;
        // With `logto = function`, the generated call of `function` already checks the type of the state.
        let state = self
            .model
            .state
            .as_ref()
            .filter(|_| self.model.logto.is_none());
        let state = state.map(|state| {
            let private = private.at(state.span());
            // A separate item, so that an error in it does not hide errors around it.
            quote_spanned!(state.span()=> const _: () = #private::assert_state::<#state>();)
        });
        let rebuild = self.manifest.map(rebuild_on_change);
        quote! {
            #private::submit! { #info }
            #rebuild
            #state
        }
    }
}

/// Returns an expression for the path of the item.
fn item_path(item: &Ident) -> TokenStream {
    let name = format!("::{}", item.unraw());
    quote!(::core::concat!(::core::module_path!(), #name))
}
