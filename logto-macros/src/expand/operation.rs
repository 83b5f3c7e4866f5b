//! A mark in the `#[utoipa::path(…)]` of a handler, by which its document finds the guards.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, MetaList};

use crate::operation::{self, Arguments, UNDESCRIBED};

/// Leaves the mark of attribute number `position`, an expression, in the operation.
pub(super) fn mark(attrs: &mut [Attribute], position: usize, mark: &TokenStream) {
    let name = format!("x-logto-guard-{position}");
    let mark = quote!((#name = json!(#mark)));
    operation::for_each(attrs, &mut |list| mark_one(list, &mark));
}

fn mark_one(list: &mut MetaList, mark: &TokenStream) {
    let mut arguments = Arguments::parse(list.tokens.clone());
    let extensions = arguments.take_list("extensions").map(Arguments::parse);
    let extensions = extensions.iter().flat_map(Arguments::iter);
    let extensions = quote!(extensions(#(#extensions,)* #mark));
    // A document that nobody describes shall not look as if it had no guards.
    let security = arguments
        .list("security")
        .is_none()
        .then(|| quote!(security((#UNDESCRIBED = [])),));
    let arguments = arguments.iter();
    list.tokens = quote!(#(#arguments,)* #security #extensions);
}
