//! Reads and edits the `#[utoipa::path(…)]` below an attribute of this crate.
//!
//! With the feature `utoipa`, the attribute adds its requirement to `#[utoipa::path(…)]`.
//! `Logto::describe_openapi` reads the requirement there, and describes it in the OpenAPI document.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Meta, MetaList, Path, Token, parse::Parser as _, punctuated::Punctuated};

use crate::kind;

/// The name of a placeholder security scheme.
///
/// An attribute adds this scheme to an operation without `security(…)`. `Logto::describe_openapi` replaces it
/// with the security that the guards require.
pub(crate) const UNDESCRIBED: &str = "logto-undescribed";

/// The arguments of a `#[utoipa::path(…)]`.
pub(crate) struct Arguments(Vec<Vec<TokenTree>>);

impl Arguments {
    /// Splits the tokens at their commas.
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        let mut arguments = vec![Vec::new()];
        for tree in tokens {
            match (&tree, arguments.last_mut()) {
                (TokenTree::Punct(punct), _) if punct.as_char() == ',' => {
                    arguments.push(Vec::new());
                }
                (_, Some(argument)) => argument.push(tree),
                (_, None) => {}
            }
        }
        arguments.retain(|argument| !argument.is_empty());
        Self(arguments)
    }

    /// Finds `name(…)`. Returns the span of the name, and the tokens in the parentheses.
    pub(crate) fn list(&self, name: &str) -> Option<(Span, TokenStream)> {
        self.0
            .iter()
            .find_map(|argument| match argument.as_slice() {
                [TokenTree::Ident(ident), TokenTree::Group(group)]
                    if ident == name && group.delimiter() == Delimiter::Parenthesis =>
                {
                    Some((ident.span(), group.stream()))
                }
                _ => None,
            })
    }

    /// Removes `name(…)` and returns the tokens that were in its parentheses.
    pub(crate) fn take_list(&mut self, name: &str) -> Option<TokenStream> {
        let (_, tokens) = self.list(name)?;
        self.0
            .retain(|argument| !matches!(&argument[..], [TokenTree::Ident(ident), TokenTree::Group(_)] if ident == name));
        Some(tokens)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = TokenStream> {
        self.0
            .iter()
            .map(|argument| argument.iter().cloned().collect())
    }
}

/// Returns the span of a `security(…)` that the user wrote.
///
/// Skips the placeholder that another attribute of this crate has added.
pub(crate) fn own_security(attrs: &mut [Attribute]) -> Option<Span> {
    let mut own = None;
    for_each_utoipa_path(attrs, &mut |list| {
        let arguments = Arguments::parse(list.tokens.clone());
        let found = arguments
            .list("security")
            .filter(|(_, security)| !security.to_string().contains(UNDESCRIBED));
        own = own.or(found.map(|(span, _)| span));
    });
    own
}

/// Returns the path of the first attribute of this crate below `#[utoipa::path(…)]`.
///
/// rustc expands such an attribute after `#[utoipa::path(…)]`, so the OpenAPI document would not show it.
pub(crate) fn hidden_attribute(attrs: &mut [Attribute]) -> Option<&Path> {
    let mut documented = false;
    attrs.iter_mut().find_map(|attribute| {
        visit(&mut attribute.meta, &mut |_| documented = true);
        (documented && kind::is_ours(attribute)).then(|| attribute.path())
    })
}

/// Calls `change` for every `#[utoipa::path(…)]` among the attributes.
pub(crate) fn for_each_utoipa_path(attrs: &mut [Attribute], change: &mut dyn FnMut(&mut MetaList)) {
    for attribute in attrs {
        visit(&mut attribute.meta, change);
    }
}

/// Calls `found` if the attribute is `#[utoipa::path(…)]`, also inside `cfg_attr`.
///
/// Compares only the last segment, because users can rename the crate `utoipa`. Skips `#[path]`: an
/// attribute with only one segment is the compiler's own.
fn visit(meta: &mut Meta, found: &mut dyn FnMut(&mut MetaList)) {
    let Meta::List(list) = meta else { return };
    if list.path.is_ident("cfg_attr") {
        let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
        let Ok(mut metas) = parser.parse2(list.tokens.clone()) else {
            return;
        };
        metas.iter_mut().skip(1).for_each(|meta| visit(meta, found));
        list.tokens = metas.into_token_stream();
    } else if list.path.segments.len() > 1
        && list
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "path")
    {
        found(list);
    }
}
