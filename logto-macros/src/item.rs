//! The annotated item: an `async fn`, signature parsed and body left as tokens, or a unit struct.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Abi, Attribute, FnArg, Generics, Ident, Pat, Result, Signature, Token, Type, Visibility,
    ext::IdentExt as _,
    parse::{ParseBuffer, ParseStream, Parser as _},
};

use crate::kind;

pub(crate) enum Item {
    Function(Box<Function>),
    UnitStruct(Definition),
    /// A type that can't be a policy: an enum, a union or a struct with fields.
    OtherType(Definition),
    /// Whatever else was annotated: how messages call it, and what they advise to annotate.
    Other {
        what: &'static str,
        instead: &'static str,
        span: Span,
        attrs: Vec<Attribute>,
        rest: TokenStream,
    },
    /// Tokens that are no item this crate can read; the error says why.
    Unreadable(TokenStream, syn::Error),
}

pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The braces and what is in them; `;` for a declaration without a body.
    pub(crate) body: TokenStream,
}

/// A type definition, of which only the head is of interest.
pub(crate) struct Definition {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) what: &'static str,
    pub(crate) keyword: Span,
    /// Everything after the attributes.
    pub(crate) rest: TokenStream,
    /// The paths of attributes that shall not be expanded any more.
    pub(crate) spent: Vec<TokenStream>,
}

impl Item {
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        match parse.parse2(tokens.clone()) {
            Ok(item) => item,
            Err(error) => Self::Unreadable(tokens, error),
        }
    }
}

impl Definition {
    /// Takes away the other attributes of the family: a type has one policy.
    pub(crate) fn spend_other_attributes(&mut self) {
        for attribute in self
            .attrs
            .extract_if(.., |attribute| kind::is_ours(attribute))
        {
            self.spent.push(attribute.path().to_token_stream());
        }
    }
}

impl Function {
    /// How many attributes of the family are still to be expanded.
    pub(crate) fn waiting_attributes(&self) -> usize {
        self.attrs.iter().filter(|attr| kind::is_ours(attr)).count()
    }

    pub(crate) fn has_body(&self) -> bool {
        self.body
            .clone()
            .into_iter()
            .any(|tree| matches!(tree, TokenTree::Group(_)))
    }

    /// How many arguments earlier expanded attributes of the family have put in front.
    pub(crate) fn guards(&self) -> usize {
        self.sig
            .inputs
            .iter()
            .take_while(|arg| guard_of(arg).is_some())
            .count()
    }

    /// Whether an earlier expanded attribute, by whatever name, was `#[public]`.
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

/// `_: ….__private::Passed<…>` or `_: ….__private::Public`, which no user would write.
fn guard_of(arg: &FnArg) -> Option<&Ident> {
    let FnArg::Typed(arg) = arg else { return None };
    let (Pat::Wild(_), Type::Path(ty)) = (&*arg.pat, &*arg.ty) else {
        return None;
    };
    let mut segments = ty.path.segments.iter().rev();
    let guard = &segments.next()?.ident;
    let private = &segments.next()?.ident;
    (private == "__private" && (guard == "Passed" || guard == "Public")).then_some(guard)
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
        spent: Vec::new(),
    };
    Ok(if is_struct && head.peek(Token![;]) {
        Item::UnitStruct(definition)
    } else {
        Item::OtherType(definition)
    })
}

/// Names the item after a visibility, unless it begins like a function.
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

/// `extern fn` and `extern "C" fn`, but neither `extern crate` nor `extern "C" { … }`.
fn begins_function(input: ParseStream) -> Result<bool> {
    let abi = input.fork();
    abi.parse::<Abi>()?;
    Ok(abi.peek(Token![fn]))
}

/// The place of `Self` in the signature, which has no meaning in a free function.
pub(crate) fn find_self_type(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident.span()),
        TokenTree::Group(group) => find_self_type(group.stream()),
        _ => None,
    })
}
