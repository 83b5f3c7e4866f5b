//! Parses comma-separated lists, and continues after a mistake.

use proc_macro2::TokenTree;
use syn::{Error, Ident, Result, Token, ext::IdentExt as _, parse::ParseStream};

use crate::errors::Errors;

/// Calls `argument` for each element of a comma-separated list, up to the end of the input.
///
/// After an error, parsing continues after the next comma.
pub(crate) fn separated(
    input: ParseStream,
    errors: &mut Errors,
    mut argument: impl FnMut(ParseStream, &mut Errors) -> Result<()>,
) {
    while !input.is_empty() {
        let result = argument(input, errors).and_then(|()| {
            if input.is_empty() || input.peek(Token![,]) {
                Ok(())
            } else {
                Err(no_separator(input))
            }
        });
        if errors.take(result).is_none() {
            skip_to_comma(input);
        }
        if input.parse::<Option<Token![,]>>().is_err() {
            return;
        }
    }
}

/// Checks whether `key = …` comes next.
pub(crate) fn is_keyed(input: ParseStream) -> bool {
    input.peek(Ident::peek_any)
        && input.peek2(Token![=])
        && !input.peek2(Token![==])
        && !input.peek2(Token![=>])
}

fn skip_to_comma(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// Returns the error for tokens that stand where a comma is expected.
fn no_separator(input: ParseStream) -> Error {
    let or = input.peek(Token![|]) || input.peek(Token![||]) || is_word(input, "or");
    let and = input.peek(Token![&]) || input.peek(Token![&&]) || is_word(input, "and");
    if or {
        input.error("expected `,`; to accept either of two scopes, write `any(\"a\", \"b\")`")
    } else if and || input.peek(Token![+]) {
        input.error("expected `,`; a list requires all of its scopes, so write `\"a\", \"b\"`")
    } else {
        input.error("expected `,`")
    }
}

fn is_word(input: ParseStream, word: &str) -> bool {
    input
        .fork()
        .parse::<Ident>()
        .is_ok_and(|ident| ident == word)
}
