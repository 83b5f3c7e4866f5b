//! Makes a crate depend on its `logto.toml`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::manifest::ManifestFile;

/// Returns a constant that includes the file, so that cargo rebuilds the crate if the file changes.
pub(super) fn rebuild_on_change(manifest: &ManifestFile) -> Option<TokenStream> {
    let path = manifest.path()?;
    Some(quote!(
        const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
    ))
}
