//! The path of everything that generated code may name.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _};
use syn::{Path, Token};

/// The path of everything that generated code may name.
pub(super) struct Private(pub(super) Option<Path>);

impl Private {
    /// The path as if it stood at `span`, where rustc shall point to.
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
        let follow = |name: &str, tokens: &mut TokenStream| {
            <Token![::]>::default().to_tokens(tokens);
            tokens.append(Ident::new(name, Span::call_site()));
        };
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => follow("logto_runtime", tokens),
        }
        follow("__private", tokens);
    }
}
