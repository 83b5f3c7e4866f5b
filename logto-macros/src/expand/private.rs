//! The path of `__private`, the module of `logto-runtime` for generated code.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _};
use syn::{Path, Token};

/// The path of `__private`. The field holds the argument `crate = path`, if there is one.
pub(super) struct Private(pub(super) Option<Path>);

impl Private {
    /// Returns the path with the location of `span`, so that rustc's errors point there.
    pub(super) fn at(&self, span: Span) -> TokenStream {
        let respan = |mut tree: TokenTree| {
            tree.set_span(span.resolved_at(tree.span()));
            tree
        };
        self.to_token_stream().into_iter().map(respan).collect()
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let push_segment = |name: &str, tokens: &mut TokenStream| {
            <Token![::]>::default().to_tokens(tokens);
            tokens.append(Ident::new(name, Span::call_site()));
        };
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => push_segment("logto_runtime", tokens),
        }
        push_segment("__private", tokens);
    }
}
