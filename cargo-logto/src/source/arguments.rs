//! Parses the arguments of an attribute. The compiler reports arguments that do not parse.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Error, Ident, LitStr, Path, Result, Token,
    ext::IdentExt as _,
    parenthesized,
    parse::{ParseStream, Parser as _, discouraged::Speculative as _},
    token,
};

use super::guard::{Arguments, Kind, Organization, ScopeExpr, Subject, Written};
use crate::finding::Place;

/// The maximum depth of nested `any(…)` and `all(…)`. The attributes have the same limit.
const DEEPEST: usize = 16;

/// Parses the tokens in the parentheses of an attribute.
///
/// Skips each argument that this program does not know or can't parse, up to the next comma. Adds the first
/// word of such an argument to `others`.
pub(super) fn parse(kind: Kind, tokens: TokenStream, file: &str) -> Arguments {
    let mut arguments = Arguments::default();
    if kind == Kind::ByHand {
        return arguments;
    }
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            // If the text after an argument is not a comma, the argument was misread. So each argument is
            // parsed into a value of its own first. A copy of the earlier arguments for each one would take
            // hours in a file with very many arguments.
            let mut parsed = Arguments::default();
            let ahead = input.fork();
            match argument(kind, &ahead, file, &mut parsed) {
                Ok(()) if ahead.is_empty() || ahead.peek(Token![,]) => {
                    input.advance_to(&ahead);
                    arguments.add(parsed);
                }
                _ => arguments.others.push(pass_over(input)?),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    // The parser skips arguments that it can't parse, so it does not fail.
    let _ = parser.parse2(tokens);
    arguments
}

/// Skips an argument. Returns its first word, or `…` if the argument does not begin with a word.
fn pass_over(input: ParseStream<'_>) -> Result<String> {
    let mut first = None;
    while !input.is_empty() && !input.peek(Token![,]) {
        let token: TokenTree = input.parse()?;
        first.get_or_insert(match token {
            TokenTree::Ident(word) => word.to_string(),
            _ => "…".to_owned(),
        });
    }
    Ok(first.unwrap_or_default())
}

pub(super) fn place(span: Span, file: &str) -> Place {
    let start = span.start();
    Place {
        file: file.to_owned(),
        line: start.line,
        column: Some(start.column + 1),
    }
}

fn argument(
    kind: Kind,
    input: ParseStream<'_>,
    file: &str,
    arguments: &mut Arguments,
) -> Result<()> {
    if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
        return keyed(input, file, arguments);
    }
    if kind == Kind::Alternatives {
        let path = input.call(Path::parse_mod_style)?;
        arguments.policies.extend(segments(&path).pop());
        return Ok(());
    }
    if kind == Kind::Authenticated {
        return Err(input.error("it does not take scopes"));
    }
    arguments.scopes.push(scope(input, file, DEEPEST)?);
    Ok(())
}

fn keyed(input: ParseStream<'_>, file: &str, arguments: &mut Arguments) -> Result<()> {
    let key = input.call(Ident::parse_any)?;
    input.parse::<Token![=]>()?;
    match key.to_string().as_str() {
        "resource" => arguments.resource = Some(written(&input.parse()?, file)),
        "org" => {
            let source = input.call(Ident::parse_any)?;
            if input.peek(token::Paren) {
                let name;
                parenthesized!(name in input);
                name.parse::<TokenStream>()?;
            }
            if source == "any" {
                arguments.organization = Organization::Any;
            }
        }
        "subject" => {
            let subject = input.call(Ident::parse_any)?;
            arguments.subject = match subject.to_string().as_str() {
                "machine" => Some(Subject::Machine),
                "user" => Some(Subject::User),
                "path" => {
                    let name;
                    parenthesized!(name in input);
                    Some(Subject::Path(name.parse::<LitStr>()?.value()))
                }
                _ => return Err(Error::new(subject.span(), "unknown")),
            };
        }
        "client" => arguments.client = Some(input.parse::<LitStr>()?.value()),
        "state" => drop(input.parse::<syn::Type>()?),
        "crate" | "credential" | "logto" => drop(input.call(Path::parse_mod_style)?),
        _ => return Err(Error::new(key.span(), "unknown")),
    }
    Ok(())
}

fn scope(input: ParseStream<'_>, file: &str, depth: usize) -> Result<ScopeExpr> {
    if input.peek(LitStr) {
        return Ok(ScopeExpr::One(written(&input.parse()?, file)));
    }
    if !input.peek2(token::Paren) {
        let path = input.call(Path::parse_mod_style)?;
        return Ok(ScopeExpr::Constant(segments(&path)));
    }
    let group = input.call(Ident::parse_any)?;
    let depth = depth
        .checked_sub(1)
        .ok_or_else(|| Error::new(group.span(), "too deep"))?;
    let content;
    parenthesized!(content in input);
    let mut members = Vec::new();
    while !content.is_empty() {
        members.push(scope(&content, file, depth)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    match group.to_string().as_str() {
        "any" => Ok(ScopeExpr::Any(members)),
        "all" => Ok(ScopeExpr::All(members)),
        _ => Err(Error::new(group.span(), "unknown")),
    }
}

fn written(literal: &LitStr, file: &str) -> Written {
    Written {
        text: literal.value(),
        place: place(literal.span(), file),
    }
}

fn segments(path: &Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments
        .map(|segment| segment.ident.unraw().to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a copy of all earlier arguments for each argument, this test would take hours.
    #[test]
    fn the_cost_of_an_argument_does_not_grow_with_the_number_of_earlier_arguments() {
        const PAIRS: usize = 100_000;
        let text = format!(
            "resource = \"first\", org = any, {} client = \"app\"",
            "\"read\", later = f(1), ".repeat(PAIRS)
        );
        let parsed = parse(Kind::Scopes, text.parse().unwrap(), "");
        assert_eq!(parsed.scopes.len(), PAIRS);
        assert_eq!(parsed.others.len(), PAIRS);
        assert_eq!(parsed.resource.unwrap().text, "first");
        assert_eq!(parsed.organization, Organization::Any);
        assert_eq!(parsed.client.as_deref(), Some("app"));
    }

    /// Each of these arguments begins like one that is known.
    #[test]
    fn an_argument_with_a_rest_that_is_not_understood_changes_nothing_else() {
        let text = "resource = \"a\", resource = \"b\" + 1, org = any, subject = user, \
                    subject = machine!, client = \"c\", client = \"d\".e, \"read\", \"write\" | x";
        let parsed = parse(Kind::Scopes, text.parse().unwrap(), "");
        assert_eq!(parsed.resource.unwrap().text, "a");
        assert_eq!(parsed.organization, Organization::Any);
        assert_eq!(parsed.subject, Some(Subject::User));
        assert_eq!(parsed.client.as_deref(), Some("c"));
        assert_eq!(parsed.scopes.len(), 1);
        assert_eq!(parsed.others, ["resource", "subject", "client", "…"]);
    }
}
