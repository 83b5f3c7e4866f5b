//! Parses the values of `key = value` arguments, except `org`. Also parses the policies of `#[require_any]`
//! and the text of `#[guarded_by]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Error, Ident, Lit, LitStr, Path, Result, Type, ext::IdentExt as _, parenthesized,
    parse::ParseStream, token,
};

use crate::{kind::Kind, model::Subject};

/// The maximum number of tokens after `state =`, up to the end of the arguments. A group counts as one token,
/// and each token in it counts too.
///
/// The parser calls itself for each level of a type such as `A<A<A>>` or `((A))`. The limit bounds this
/// recursion.
const LONGEST_TYPE: usize = 200;

pub(super) fn resource(input: ParseStream) -> Result<LitStr> {
    string(
        input,
        "expected the resource as a string literal: `resource = \"https://api.example.com\"`",
    )
}

pub(super) fn crate_path(input: ParseStream) -> Result<Path> {
    if let Some(text) = quoted(input) {
        return Err(input.error(format_args!(
            "expected a path without quotes: `crate = {text}`"
        )));
    }
    input.call(Path::parse_mod_style).map_err(|error| {
        Error::new(
            error.span(),
            "expected the path of the crate: `crate = ::framework::logto_runtime`",
        )
    })
}

pub(super) fn state(input: ParseStream) -> Result<Type> {
    if let Some(text) = quoted(input) {
        return Err(input.error(format_args!(
            "expected a type without quotes: `state = {text}`"
        )));
    }
    if is_longer(input.fork().parse()?, LONGEST_TYPE) {
        return Err(input
            .error("the type of the state is too long; write the name of a type alias instead"));
    }
    input.parse().map_err(|error: Error| {
        Error::new(
            error.span(),
            "expected the type of the router's state: `state = App`",
        )
    })
}

/// Returns whether there are more tokens than this, at any depth. Is not recursive, because the tokens can
/// nest too deeply for that.
fn is_longer(tokens: TokenStream, limit: usize) -> bool {
    let (mut groups, mut count) = (vec![tokens], 0);
    while let Some(tokens) = groups.pop() {
        for token in tokens {
            count += 1;
            if count > limit {
                return true;
            }
            if let TokenTree::Group(group) = token {
                groups.push(group.stream());
            }
        }
    }
    false
}

pub(super) fn client(input: ParseStream) -> Result<LitStr> {
    string(
        input,
        "expected the client's name or id as a string literal: `client = \"my-spa\"`",
    )
}

/// Parses the path of the function that returns the `Logto` of a state.
pub(super) fn function(input: ParseStream) -> Result<Path> {
    path(
        input,
        "logto",
        "expected the path of a function that takes the state: `logto = logto_of`",
    )
}

/// Parses the type of a credential that can replace a token.
pub(super) fn credential(input: ParseStream) -> Result<Path> {
    path(
        input,
        "credential",
        "expected the type of a credential: `credential = ApiKey`",
    )
}

fn path(input: ParseStream, key: &str, expected: &str) -> Result<Path> {
    if let Some(text) = quoted(input) {
        return Err(input.error(format_args!(
            "expected a path without quotes: `{key} = {text}`"
        )));
    }
    let path = input
        .call(Path::parse_mod_style)
        .map_err(|error| Error::new(error.span(), expected))?;
    if input.peek(token::Paren) {
        return Err(Error::new_spanned(path, expected));
    }
    Ok(path)
}

/// Parses the text of `#[guarded_by]`, which says what the handler itself checks.
pub(super) fn description(input: ParseStream) -> Result<LitStr> {
    string(
        input,
        "expected what the handler checks, as a string literal: \
         `#[guarded_by(\"API key or read:models\")]`",
    )
}

pub(super) fn subject(input: ParseStream) -> Result<Subject> {
    const EXPECTED: &str = "expected `user`, `machine` or `path(\"…\")`";
    if let Some(text) = quoted(input) {
        return Err(match text.as_str() {
            "user" | "machine" => input.error(format_args!(
                "{EXPECTED} without quotes: `subject = {text}`"
            )),
            _ => input.error(format_args!(
                "{EXPECTED}; did you mean `subject = path(\"{text}\")`?"
            )),
        });
    }
    let word: Ident = input
        .call(Ident::parse_any)
        .map_err(|error| Error::new(error.span(), EXPECTED))?;
    let name = word.to_string();
    match name.as_str() {
        "user" => Ok(Subject::User),
        "machine" => Ok(Subject::Machine),
        "path" => {
            source_name(input, ("subject", &word), "path parameter", "user_id").map(Subject::Path)
        }
        _ => {
            let meant = match name.as_str() {
                "human" | "person" | "people" => Some("user"),
                "application" | "app" | "client" | "service" | "m2m" => Some("machine"),
                _ => logto_manifest::suggest::nearest(&name, ["user", "machine", "path"]),
            };
            let hint = meant.map_or_else(String::new, |word| format!("; did you mean `{word}`?"));
            Err(Error::new_spanned(word, format_args!("{EXPECTED}{hint}")))
        }
    }
}

/// Parses the name in the parentheses of `path("…")` or `header("…")`.
///
/// `what` and `example` describe the name in messages.
pub(super) fn source_name(
    input: ParseStream,
    (key, source): (&str, &Ident),
    what: &str,
    example: &str,
) -> Result<LitStr> {
    let expected = format!("expected the name of the {what}: `{key} = {source}(\"{example}\")`");
    if !input.peek(token::Paren) {
        return Err(Error::new_spanned(source, expected));
    }
    let content;
    parenthesized!(content in input);
    let name = string(&content, &expected);
    // syn reports unread tokens as a second error, so read them all.
    let rest: TokenStream = content.parse()?;
    match name {
        Ok(_) if !rest.is_empty() => Err(Error::new_spanned(rest, expected)),
        Err(_) if rest.is_empty() => Err(Error::new_spanned(source, expected)),
        name => name,
    }
}

/// Parses the path of one policy of `#[require_any]`.
pub(super) fn policy(kind: Kind, input: ParseStream) -> Result<Path> {
    const EXPECTED: &str = "expected the path of a policy: `#[require_any(Admin, Member)]`";
    if input.peek(Lit) {
        return Err(input.error(
            "expected the path of a policy; to accept either of two scopes, write \
             `#[require_scopes(any(\"a\", \"b\"))]`",
        ));
    }
    let path = input
        .call(Path::parse_mod_style)
        .map_err(|error| Error::new(error.span(), EXPECTED))?;
    match path.get_ident() {
        Some(key) if kind.takes(&key.to_string()) => Err(Error::new_spanned(
            key,
            format_args!("expected `=` after `{key}`"),
        )),
        _ if input.peek(token::Paren) => Err(Error::new_spanned(path, EXPECTED)),
        _ => Ok(path),
    }
}

fn string(input: ParseStream, message: &str) -> Result<LitStr> {
    match input.parse::<LitStr>() {
        Ok(literal) if literal.suffix().is_empty() => Ok(literal),
        Ok(literal) => Err(Error::new_spanned(literal, message)),
        Err(_) => Err(input.error(message)),
    }
}

/// If a string literal comes next, returns its text. The callers do not expect a string, and show the text in
/// their messages.
pub(super) fn quoted(input: ParseStream) -> Option<String> {
    let literal: LitStr = input.fork().parse().ok()?;
    Some(literal.value())
}
