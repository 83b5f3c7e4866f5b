//! The path in `scopes!(crate = path)`, as the generated modules can write it.
//!
//! A relative path has its meaning beside the macro. In `pub mod scopes`, and in the modules inside, the same
//! path would name other items. So `scopes` gets a private module, `__logto`, which imports `__private`.
//!
//! - `self` and `super` are adjusted to the depth of this module.
//! - Any other relative path can begin with an item beside the macro, or with another crate. The macro does
//!   not see which. The private module imports the items beside the macro, so that both are found.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Path;

use super::private::Private;

/// How the generated modules reach `__private`.
pub(super) struct ScopesCrate {
    /// The private module in `scopes`. Empty if the modules can write the path as it is.
    pub(super) import: TokenStream,
    /// The path of `__private` in `scopes` itself.
    pub(super) in_scopes: TokenStream,
    /// The path of `__private` in the modules inside `scopes`.
    pub(super) in_modules: TokenStream,
}

impl ScopesCrate {
    pub(super) fn new(path: Option<Path>) -> Self {
        match path {
            Some(path) if is_relative(&path) => Self {
                import: import(&path),
                in_scopes: quote!(__logto::__private),
                in_modules: above(1, quote!(__logto::__private)),
            },
            absolute => {
                let private = Private(absolute).into_token_stream();
                Self {
                    import: TokenStream::new(),
                    in_scopes: private.clone(),
                    in_modules: private,
                }
            }
        }
    }
}

fn is_relative(path: &Path) -> bool {
    path.leading_colon.is_none() && !begins_with(path, "crate") && !begins_with(path, "$crate")
}

fn begins_with(path: &Path, name: &str) -> bool {
    path.segments
        .first()
        .is_some_and(|first| first.ident == name)
}

fn import(path: &Path) -> TokenStream {
    let mut beside = None;
    let path = if begins_with(path, "self") {
        let rest = path.segments.iter().skip(1);
        above(2, quote!(#(#rest::)* __private))
    } else if begins_with(path, "super") {
        above(2, quote!(#path::__private))
    } else {
        let all = above(2, quote!(*));
        beside = Some(quote!(use #all;));
        quote!(#path::__private)
    };
    // If the path begins with another crate, the import of the items beside the macro is unused. rustc does
    // not report unused imports in the code of a macro. `allow(unused_imports)` would be an error in a crate
    // that forbids this lint.
    quote! {
        mod __logto {
            #beside
            pub(super) use #path;
        }
    }
}

/// Returns `path` as a module that is `levels` levels deeper must write it.
fn above(levels: usize, path: TokenStream) -> TokenStream {
    let parent = quote!(super);
    (0..levels).fold(path, |path, _| quote!(#parent::#path))
}
