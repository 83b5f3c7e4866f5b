//! What ties the crate to its `logto.toml`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::manifest::Manifest;

/// A change of the file shall rebuild the crate.
pub(super) fn rebuild_on_change(manifest: &Manifest) -> Option<TokenStream> {
    let path = manifest.path()?;
    Some(quote!(
        const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
    ))
}
