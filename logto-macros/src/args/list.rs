//! Parses comma-separated lists, and continues after a mistake.

use proc_macro2::TokenTree;
use syn::{Error, Ident, Result, Token, ext::IdentExt as _, parse::ParseStream};

use crate::{
    errors::Errors,
    kind::{Kind, Positional},
};

/// Calls `argument` for each element of a comma-separated list, up to the end of the input.
///
/// After an error, parsing continues after the next comma.
pub(crate) fn separated(
    kind: Kind,
    input: ParseStream,
    errors: &mut Errors,
    mut argument: impl FnMut(ParseStream, &mut Errors) -> Result<()>,
) {
    while !input.is_empty() {
        let is_scope = kind.positional() == Positional::Scopes && !is_keyed(input);
        let result = argument(input, errors).and_then(|()| {
            if input.is_empty() || input.peek(Token![,]) {
                Ok(())
            } else {
                Err(no_separator(input, is_scope))
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

/// Returns the error for tokens in place of a comma. The error advises `any(…)` or `all(…)` only after a
/// scope.
fn no_separator(input: ParseStream, is_scope: bool) -> Error {
    let or = input.peek(Token![|]) || input.peek(Token![||]) || is_word(input, "or");
    let and = input.peek(Token![&]) || input.peek(Token![&&]) || is_word(input, "and");
    if is_scope && or {
        input.error("expected `,`; to accept either of two scopes, write `any(\"a\", \"b\")`")
    } else if is_scope && (and || input.peek(Token![+])) {
        input.error("expected `,`; to require two scopes, write `all(\"a\", \"b\")`")
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

#[cfg(test)]
mod tests {
    use crate::{args::Args, errors::Errors, kind::Kind};

    fn message(kind: Kind, args: &str) -> String {
        let mut errors = Errors::default();
        Args::parse(kind, args.parse().unwrap(), &mut errors);
        errors.into_error().unwrap().to_string()
    }

    #[test]
    fn only_an_operator_between_scopes_gets_advice_about_groups() {
        const EITHER: &str =
            r#"expected `,`; to accept either of two scopes, write `any("a", "b")`"#;
        const BOTH: &str = r#"expected `,`; to require two scopes, write `all("a", "b")`"#;
        for (kind, args, expected) in [
            (Kind::Scopes, r#""a" || "b""#, EITHER),
            (Kind::OrganizationPermission, r#"all("a" or "b")"#, EITHER),
            (Kind::Scopes, r#""a" + "b""#, BOTH),
            (Kind::OrganizationScopes, r#"any("a" and "b")"#, BOTH),
            (Kind::Scopes, r#""a" "b""#, "expected `,`"),
            (Kind::Scopes, r#""a", resource = "b" | "c""#, "expected `,`"),
            (Kind::Alternatives, "Admin | Member", "expected `,`"),
            (Kind::ByHand, r#""a" or "b""#, "expected `,`"),
        ] {
            assert_eq!(message(kind, args), expected, "{args}");
        }
    }
}
