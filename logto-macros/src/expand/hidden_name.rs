//! The name of the hidden struct that an attribute adds beside a function, usually as the attribute's policy.
//! A function can have several attributes, so each attribute uses a different name.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt as _;

/// Returns the name of the hidden struct of an attribute. `guards` is how many of this crate's attributes
/// on the function are already expanded.
///
/// The name has the span of the attribute, so rustc's errors about the struct point to the attribute.
pub(super) fn hidden_name(function: &Ident, guards: usize) -> Ident {
    format_ident!(
        "__logto_{}_{}",
        function.unraw(),
        guards,
        span = Span::call_site()
    )
}
