//! Parses the annotated item, usually an `async fn` or a unit struct.
//!
//! The signature of a function is parsed. Its body is kept as tokens.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Abi, Attribute, FnArg, Generics, Ident, Pat, Result, Signature, Token, Type, Visibility,
    ext::IdentExt as _,
    parse::{ParseBuffer, ParseStream, Parser as _},
};

use crate::kind;

/// The annotated item.
pub(crate) enum Item {
    Function(Box<Function>),
    UnitStruct(Definition),
    /// A type that can't be a policy: an enum, a union or a struct with fields.
    OtherType(Definition),
    /// Any other item. `what` is its name in messages; `instead` is what they advise to annotate.
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
    /// The item's name in messages, such as `an enum`.
    pub(crate) what: &'static str,
    pub(crate) keyword: Span,
    /// Everything after the attributes.
    pub(crate) rest: TokenStream,
    /// The paths of the attributes that were removed so that they are not expanded.
    pub(crate) removed: Vec<TokenStream>,
}

impl Item {
    /// Parses the item. A syntax error becomes `Item::Unreadable`.
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        match parse.parse2(tokens.clone()) {
            Ok(item) => item,
            Err(error) => Self::Unreadable(tokens, error),
        }
    }
}

impl Definition {
    /// Removes this crate's other attributes, because a type can have only one policy.
    pub(crate) fn remove_other_attributes(&mut self) {
        for attribute in self
            .attrs
            .extract_if(.., |attribute| kind::is_ours(attribute))
        {
            self.removed.push(attribute.path().to_token_stream());
        }
    }
}

impl Function {
    /// Returns how many of this crate's attributes are still to be expanded.
    pub(crate) fn waiting_attributes(&self) -> usize {
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

    /// Checks whether `#[public]` is already expanded, also if it was imported under another name.
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

fn parse(input: ParseStream) -> Result<Item> {
    let attrs = input.call(Attribute::parse_outer)?;
    let head = input.fork();
    head.parse::<Visibility>()?;
    if let Some(what) = type_keyword(&head) {
        return definition(input, attrs, what);
    }
    let span = head.span();
    if let Some((what, instead)) = other_item(&head)? {
        let rest = input.parse()?;
        return Ok(Item::Other {
            what,
            instead,
            span,
            attrs,
            rest,
        });
    }
    let vis = input.parse()?;
    let sig = input.parse()?;
    let body = input.parse()?;
    Ok(Item::Function(Box::new(Function {
        attrs,
        vis,
        sig,
        body,
    })))
}

fn type_keyword(input: ParseStream) -> Option<&'static str> {
    if input.peek(Token![struct]) {
        Some("a struct with fields")
    } else if input.peek(Token![enum]) {
        Some("an enum")
    } else if input.peek(Token![union]) && input.peek2(Ident) {
        Some("a union")
    } else {
        None
    }
}

fn definition(input: ParseStream, attrs: Vec<Attribute>, what: &'static str) -> Result<Item> {
    let head = input.fork();
    let rest = input.parse()?;
    head.parse::<Visibility>()?;
    let is_struct = head.peek(Token![struct]);
    let keyword = head.call(Ident::parse_any)?.span();
    let ident = head.parse()?;
    let mut generics: Generics = head.parse()?;
    generics.where_clause = head.parse()?;
    let definition = Definition {
        attrs,
        ident,
        generics,
        what,
        keyword,
        rest,
        removed: Vec::new(),
    };
    Ok(if is_struct && head.peek(Token![;]) {
        Item::UnitStruct(definition)
    } else {
        Item::OtherType(definition)
    })
}

/// Returns the name of the item in messages, and what to annotate instead.
///
/// `input` starts after the visibility. Returns `None` if the item begins like a function.
fn other_item(input: ParseStream) -> Result<Option<(&'static str, &'static str)>> {
    const OTHERS: &str = "an `async fn`, or on a unit struct";
    const EACH: &str =
        "a unit struct, `struct Policy;`, and take `_: Guard<Policy>` in each handler";
    const CLOSURE: &str = "an `async fn`, or take `_: Guard<Policy>` as its first argument";
    const MODULE: &str = "each handler in it, or on a unit struct `Policy` for \
                          `Router::route_layer(logto.require::<Policy>())`";

    if input.peek(Token![unsafe]) && !input.peek2(Token![fn]) {
        input.parse::<Token![unsafe]>()?;
    }
    Ok(if input.peek(Token![let]) {
        Some(("a statement", OTHERS))
    } else if begins_closure(input) {
        Some(("a closure", CLOSURE))
    } else if input.peek(Token![mod]) {
        Some(("a module", MODULE))
    } else if input.peek(Token![impl]) {
        Some(("an `impl` block", EACH))
    } else if input.peek(Token![trait]) || input.peek(Token![auto]) {
        Some(("a trait", EACH))
    } else if input.peek(Token![type]) {
        Some(("a type alias", OTHERS))
    } else if input.peek(Token![static]) {
        Some(("a static", OTHERS))
    } else if input.peek(Token![use]) {
        Some(("a `use` declaration", OTHERS))
    } else if input.peek(Token![const]) && (input.peek2(Token![_]) || input.peek2(Ident)) {
        Some(("a constant", OTHERS))
    } else if input.peek(Token![extern]) && !begins_function(input)? {
        Some(("an `extern` item", OTHERS))
    } else if input.peek(Ident::peek_any) && input.peek2(Token![!]) {
        Some(("a macro", OTHERS))
    } else {
        None
    })
}

fn begins_closure(input: ParseStream) -> bool {
    let bars = |input: &ParseBuffer<'_>| input.peek(Token![|]) || input.peek(Token![||]);
    let head = input.fork();
    let _ = head.parse::<Option<Token![async]>>();
    let _ = head.parse::<Option<Token![move]>>();
    bars(&head)
}

/// Accepts `extern fn` and `extern "C" fn`; rejects `extern crate` and `extern "C" { … }`.
fn begins_function(input: ParseStream) -> Result<bool> {
    let abi = input.fork();
    abi.parse::<Abi>()?;
    Ok(abi.peek(Token![fn]))
}

/// Returns the span of `Self` in the signature. Only a function in an `impl` or a trait can use it.
pub(crate) fn find_self_type(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident.span()),
        TokenTree::Group(group) => find_self_type(group.stream()),
        _ => None,
    })
}
