//! Reads the tokens of an item.

use proc_macro2::TokenStream;
use syn::{
    Abi, Attribute, Generics, Ident, Result, Token, Visibility,
    ext::IdentExt as _,
    parse::{ParseBuffer, ParseStream, Parser as _},
};

use super::{Definition, Function, Item};

impl Item {
    /// Parses the item. A syntax error becomes `Item::Unreadable`.
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        match parse.parse2(tokens.clone()) {
            Ok(item) => item,
            Err(error) => Self::Unreadable(tokens, error),
        }
    }
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

/// If a type definition comes next, returns its name in messages, such as `an enum`. For a unit struct,
/// [`definition`] uses a different name.
fn type_keyword(input: ParseStream) -> Option<&'static str> {
    if input.peek(Token![struct]) {
        Some("a struct with `{…}` or `(…)`")
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
    let is_unit_struct = is_struct && head.peek(Token![;]);
    let definition = Definition {
        attrs,
        ident,
        generics,
        what: if is_unit_struct { "a struct" } else { what },
        keyword,
        rest,
        removed_attributes: Vec::new(),
    };
    Ok(if is_unit_struct {
        Item::UnitStruct(definition)
    } else {
        Item::OtherType(definition)
    })
}

/// Recognises items that are neither types nor functions. Returns the name of the item in messages, and where
/// to put the attribute instead. Returns `None` for all other items; the caller parses them as functions.
///
/// `input` starts after the visibility. Consumes a leading `unsafe`, unless `fn` follows.
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
