//! Marks the `#[utoipa::path(…)]` of a handler, so that `Logto::describe_openapi` finds the handler's guards.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, MetaList};

use crate::operation::{self, Arguments, UNDESCRIBED};

/// Adds the extension `x-logto-guard-<position>` with the value `mark` to the handler's OpenAPI operation.
///
/// `position` is how many of this crate's attributes on the function are already expanded. `mark` is an
/// expression.
pub(super) fn mark(attrs: &mut [Attribute], position: usize, mark: &TokenStream) {
    let name = format!("x-logto-guard-{position}");
    let mark = quote!((#name = json!(#mark)));
    operation::for_each_utoipa_path(attrs, &mut |list| mark_one(list, &mark));
}

fn mark_one(list: &mut MetaList, mark: &TokenStream) {
    let mut arguments = Arguments::parse(list.tokens.clone());
    let extensions = arguments.take_list("extensions").map(Arguments::parse);
    let extensions = extensions.iter().flat_map(Arguments::iter);
    let extensions = quote!(extensions(#(#extensions,)* #mark));
    // A placeholder, which `Logto::describe_openapi` replaces. Without a call of that method, the placeholder
    // stays, so the document does not show the operation as unguarded.
    let security = arguments
        .list("security")
        .is_none()
        .then(|| quote!(security((#UNDESCRIBED = [])),));
    let arguments = arguments.iter();
    list.tokens = quote!(#(#arguments,)* #security #extensions);
}
