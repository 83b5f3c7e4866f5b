//! Checks that a function can be an axum handler, together with the arguments that the attributes add.

use quote::ToTokens as _;
use syn::{
    FnArg, Pat, PatTuple, PatType, Safety, Token, Type, TypeTuple, punctuated::Punctuated, token,
};

use crate::{errors::Errors, item::Function, kind::Kind};

/// The maximum number of arguments of a function for which axum implements `Handler`.
const AXUM_ARGUMENTS: usize = 16;

/// Checks the signature, and repairs it where possible.
pub(super) fn check(kind: Kind, function: &mut Function, errors: &mut Errors) {
    mend_modifiers(kind, function, errors);
    mend_argument_count(kind, function, errors);
}

fn mend_modifiers(kind: Kind, function: &mut Function, errors: &mut Errors) {
    let name = kind.name();
    let sig = &mut function.sig;
    match (sig.constness.take(), &sig.asyncness) {
        (Some(constness), Some(_)) => errors.at(constness, "a handler can't be `const`; remove it"),
        (Some(constness), None) => errors.at(
            constness,
            format_args!("`#[{name}]` goes on an `async fn`; write `async` instead of `const`"),
        ),
        (None, None) if returns_future(sig) => errors.span(
            sig.fn_token.span,
            format_args!(
                "`#[{name}]` goes on an `async fn`; write `async fn` and return the future's output"
            ),
        ),
        (None, None) => errors.span(
            sig.fn_token.span,
            format_args!("`#[{name}]` goes on an `async fn`; add `async`"),
        ),
        (None, Some(_)) => {}
    }
    if sig.asyncness.is_none() && !returns_future(sig) {
        sig.asyncness = Some(Token![async](sig.fn_token.span));
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(token, "a handler can't be `unsafe`; remove it");
        sig.safety = Safety::Default;
    }
    if let Some(abi) = sig.abi.take() {
        errors.at(abi, "a handler can't declare an ABI; remove `extern`");
    }
}

/// Checks whether the return type names a `Future`. `async` must not be added to such a function.
fn returns_future(sig: &syn::Signature) -> bool {
    let output = sig.output.to_token_stream().to_string();
    output.contains("Future")
}

fn mend_argument_count(kind: Kind, function: &mut Function, errors: &mut Errors) {
    let attributes = function.unexpanded_attributes() + 1;
    let allowed = AXUM_ARGUMENTS.saturating_sub(attributes);
    let inputs = &function.sig.inputs;
    // An argument that has a `cfg` is not counted, because rustc may remove it.
    if inputs.iter().filter(|arg| !is_conditional(arg)).count() <= allowed {
        return;
    }
    let excess: Punctuated<&FnArg, Token![,]> = inputs.iter().skip(allowed).collect();
    let adds = match attributes {
        1 => format!("`#[{}]` adds one", kind.name()),
        _ => format!("these attributes add {attributes}"),
    };
    errors.at(
        excess,
        format_args!(
            "too many arguments: an axum handler takes at most {AXUM_ARGUMENTS}, and {adds}; put \
             some into a tuple, `(a, b): (A, B)`"
        ),
    );
    let all = std::mem::take(&mut function.sig.inputs);
    function.sig.inputs = with_tuple_last(all, allowed);
}

fn is_conditional(arg: &FnArg) -> bool {
    let attrs = match arg {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(typed) => &typed.attrs,
    };
    attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}

/// Moves argument number `allowed` and all later arguments into a tuple, as the message advises.
fn with_tuple_last(
    all: Punctuated<FnArg, Token![,]>,
    allowed: usize,
) -> Punctuated<FnArg, Token![,]> {
    let mut kept = Punctuated::new();
    let mut pats = Punctuated::new();
    let mut types = Punctuated::new();
    for (index, arg) in all.into_iter().enumerate() {
        match arg {
            FnArg::Typed(PatType { pat, ty, .. }) if index + 1 >= allowed => {
                pats.push(*pat);
                types.push(*ty);
            }
            other => kept.push(other),
        }
    }
    kept.push(FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(Pat::Tuple(PatTuple {
            attrs: Vec::new(),
            paren_token: token::Paren::default(),
            elems: pats,
        })),
        colon_token: <Token![:]>::default(),
        ty: Box::new(Type::Tuple(TypeTuple {
            attrs: Vec::new(),
            paren_token: token::Paren::default(),
            elems: types,
        })),
    }));
    kept
}
