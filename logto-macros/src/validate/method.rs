//! Rejects methods, and functions without a body. The attribute would add an item beside the function, but an
//! `impl` block or a trait can't contain that item.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;

use crate::{errors::Errors, item::Function, kind::Kind};

/// If the function is a method or has no body, reports an error and returns `true`. A function whose
/// signature names `Self` counts as a method.
pub(super) fn refuse(kind: Kind, function: &Function, errors: &mut Errors) -> bool {
    let sig = &function.sig;
    let place = match sig.receiver() {
        Some(receiver) => Some(receiver.self_token.span()),
        None if !function.has_body() => Some(sig.ident.span()),
        None => find_self_type(sig.to_token_stream()),
    };
    let Some(place) = place else { return false };
    let message = match kind {
        Kind::ByHand => {
            "`#[guarded_by]` can't go on a method, because it adds an item that an `impl` block \
             can't contain; move the function out of the `impl` block"
        }
        Kind::Public => {
            "`#[public]` can't go on a method, because it adds an item that an `impl` block \
             can't contain; move the function out of the `impl` block"
        }
        _ => {
            "a method can't be guarded, because the attribute adds an item that an `impl` block \
             can't contain; put the attribute on a unit struct, `struct Policy;`, and take \
             `_: Guard<Policy>` as the first extractor"
        }
    };
    errors.span(place, message);
    true
}

/// Returns the span of `Self` in the signature. Only functions in an `impl` block or a trait can name `Self`.
fn find_self_type(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident.span()),
        TokenTree::Group(group) => find_self_type(group.stream()),
        _ => None,
    })
}
