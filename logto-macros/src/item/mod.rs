//! Parses the annotated item, usually an `async fn` or a unit struct.
//!
//! The signature of a function is parsed. The body of a function is kept as tokens.
//!
//! This file defines the types; `parse` fills them.

mod parse;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, FnArg, Generics, Ident, Pat, Signature, Type, Visibility};

use crate::kind;

/// The annotated item.
pub(crate) enum Item {
    Function(Box<Function>),
    UnitStruct(Definition),
    /// A type that can't be a policy: an enum, a union, or a struct with `{…}` or `(…)`, even if it has no
    /// fields.
    OtherType(Definition),
    /// Any other item.
    ///
    /// `what` is the name of the item in messages. `instead` ends the advice "put the attribute on …".
    /// The messages of `#[public]` and `#[guarded_by]` do not use `instead`.
    Other {
        what: &'static str,
        instead: &'static str,
        span: Span,
        attrs: Vec<Attribute>,
        rest: TokenStream,
    },
    /// Tokens that this crate cannot parse as an item, and the parse error.
    Unreadable(TokenStream, syn::Error),
}

/// A function, with or without a body.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The body with its braces, or `;` for a declaration without a body.
    pub(crate) body: TokenStream,
}

/// A type definition. Only the part before its fields is parsed.
pub(crate) struct Definition {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// The name of this sort of item in messages, such as `an enum`.
    pub(crate) what: &'static str,
    pub(crate) keyword: Span,
    /// Everything after the attributes.
    pub(crate) rest: TokenStream,
    /// The paths of the attributes that [`remove_other_attributes`](Self::remove_other_attributes) removed.
    pub(crate) removed_attributes: Vec<TokenStream>,
}

impl Definition {
    /// Removes this crate's other attributes, and keeps their paths in `removed_attributes`.
    ///
    /// Otherwise, rustc would expand them too, and the type would implement `Policy` twice.
    pub(crate) fn remove_other_attributes(&mut self) {
        for attribute in self
            .attrs
            .extract_if(.., |attribute| kind::is_ours(attribute))
        {
            self.removed_attributes
                .push(attribute.path().to_token_stream());
        }
    }
}

impl Function {
    /// Returns how many of this crate's attributes are still to be expanded.
    pub(crate) fn unexpanded_attributes(&self) -> usize {
        self.attrs.iter().filter(|attr| kind::is_ours(attr)).count()
    }

    pub(crate) fn has_body(&self) -> bool {
        self.body
            .clone()
            .into_iter()
            .any(|tree| matches!(tree, TokenTree::Group(_)))
    }

    /// Returns how many leading arguments were added by attributes that are already expanded.
    pub(crate) fn guards(&self) -> usize {
        self.sig
            .inputs
            .iter()
            .take_while(|arg| guard_of(arg).is_some())
            .count()
    }

    /// Returns whether `#[public]` has been expanded on this function.
    ///
    /// Looks for the argument that `#[public]` adds, so the attribute can be imported under any name.
    pub(crate) fn is_public(&self) -> bool {
        let mut guards = self.sig.inputs.iter().map_while(guard_of);
        guards.any(|guard| guard == "Public")
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Function(function) => function.to_tokens(tokens),
            Self::UnitStruct(definition) | Self::OtherType(definition) => {
                definition.to_tokens(tokens);
            }
            Self::Other { attrs, rest, .. } => {
                append_all(attrs, tokens);
                rest.to_tokens(tokens);
            }
            Self::Unreadable(item, _) => item.to_tokens(tokens),
        }
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            vis,
            sig,
            body,
        } = self;
        append_all(attrs, tokens);
        vis.to_tokens(tokens);
        sig.to_tokens(tokens);
        body.to_tokens(tokens);
    }
}

impl ToTokens for Definition {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        append_all(&self.attrs, tokens);
        self.rest.to_tokens(tokens);
    }
}

fn append_all(attrs: &[Attribute], tokens: &mut TokenStream) {
    for attribute in attrs {
        attribute.to_tokens(tokens);
    }
}

/// Returns `Passed`, `TokenOr`, `ByHand` or `Public` if an attribute added this argument.
///
/// Such arguments look like `_: …::__private::Passed<…>` or `_: …::__private::Public`. Users do not
/// write the path `__private` themselves.
fn guard_of(arg: &FnArg) -> Option<&Ident> {
    let FnArg::Typed(arg) = arg else { return None };
    let (Pat::Wild(_), Type::Path(ty)) = (&*arg.pat, &*arg.ty) else {
        return None;
    };
    let mut segments = ty.path.segments.iter().rev();
    let guard = &segments.next()?.ident;
    let private = &segments.next()?.ident;
    let added = ["Passed", "TokenOr", "ByHand", "Public"]
        .iter()
        .any(|name| guard == name);
    (private == "__private" && added).then_some(guard)
}
