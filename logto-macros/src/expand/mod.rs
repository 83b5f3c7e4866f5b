//! Generates code. Only this folder uses `quote!` to write it.
//!
//! The input is the tokens of an attribute and of its item, or the arguments of `scopes!()`. The
//! output is the tokens that replace them. This file runs the other steps: it parses, validates and
//! then generates.
//!
//! - A function gets a leading argument, the guard. The type of the argument names the policy, usually
//!   a hidden struct that is added beside the function.
//! - A unit struct gets an implementation of `Policy`.
//! - Every attribute also registers its item in the inventory of guards.
//! - After a mistake, the output is the compile errors and the item without a guard.
//! - Generated code names library items only by absolute paths: below `::core`, and below
//!   `::logto_runtime::__private` or `__private` of the path given as `crate = …`.
//!
//! Files, in reading order:
//!
//! - `requirement` and `policy`: the implementation of `Policy`
//! - `finder`: how a guard finds its `Logto` in a state of another crate
//! - `private`: the path of `__private`
//! - `rebuild`: makes the crate depend on `logto.toml`
//! - `operation`: additions to `#[utoipa::path(…)]`
//! - `refused`: the output after a mistake
//! - `constants`: `scopes!()`

mod constants;
mod finder;
mod operation;
mod policy;
mod private;
mod rebuild;
mod refused;
mod requirement;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{FnArg, Pat, PatType, PatWild, Token, Type, ext::IdentExt as _, spanned::Spanned as _};

pub(crate) use self::constants::expand_scopes;
use self::{policy::one_or_any_of, private::Private, rebuild::rebuild_on_change, refused::refused};
use crate::{
    args::Args,
    errors::Errors,
    item::{Definition, Function, Item},
    kind::Kind,
    manifest::{self, ManifestFile},
    model::{Access, Model},
    validate,
};

/// The number of arguments that `clippy::too_many_arguments` allows by default.
const CLIPPY_ARGUMENTS: usize = 7;

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

    fn function(&self, mut function: Function) -> TokenStream {
        let private = &self.private;
        let guards = function.guards();
        let name = hidden_name(&function.sig.ident, guards);
        // The hidden struct of the first attribute identifies the function for all its attributes.
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
        // The user's own arguments reach Clippy's limit, so the added argument exceeds it.
        let allow =
            (arguments == CLIPPY_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        quote!(#beside #allow #function)
    }

    /// Returns the policy that guards a function, or `None` for a public function. `name` is the name of
    /// the function's hidden struct.
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

    /// Returns the statements that every expansion adds: the entry in the inventory, the dependency
    /// on `logto.toml` and the check of the state.
    fn beside(&self, info: &TokenStream) -> TokenStream {
        let private = &self.private;
        // With `logto = …`, the generated call of that function checks the type of the state.
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

/// Returns the name of the hidden struct, numbered because attributes stack.
///
/// The span of the name is the attribute, so that rustc's errors about the struct point there.
fn hidden_name(function: &Ident, guards: usize) -> Ident {
    format_ident!(
        "__logto_{}_{}",
        function.unraw(),
        guards,
        span = Span::call_site()
    )
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
