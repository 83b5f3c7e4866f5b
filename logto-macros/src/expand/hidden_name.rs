//! The name of the hidden struct that is the policy of a function. It differs for each attribute of the
//! function, because attributes stack.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt as _;

/// Returns the name of the hidden struct, numbered because attributes stack.
///
/// The span of the name is the attribute, so that rustc's errors about the struct point there.
pub(super) fn hidden_name(function: &Ident, guards: usize) -> Ident {
    format_ident!(
        "__logto_{}_{}",
        function.unraw(),
        guards,
        span = Span::call_site()
    )
}
