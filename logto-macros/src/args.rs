//! Tokens to arguments: key and value are kept together, unknown and repeated ones refused.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Ident, LitStr, Path, Result, Token,
    ext::IdentExt as _,
    parenthesized,
    parse::{ParseStream, Parser as _},
    token,
};

use crate::{
    errors::Errors,
    kind::Kind,
    scope_list::{self, ScopeArg},
    suggest,
};

/// What stands in the parentheses of an attribute.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) scopes: Vec<ScopeArg>,
    pub(crate) resource: Option<Keyed<LitStr>>,
    pub(crate) org: Option<Keyed<OrgArg>>,
    pub(crate) krate: Option<Keyed<Path>>,
    /// Whether an argument that may have been meant as a scope was not understood.
    pub(crate) misread: bool,
}

/// A `key = value` argument; without the value if that was refused.
pub(crate) struct Keyed<T> {
    pub(crate) key: Ident,
    pub(crate) value: Option<T>,
}

/// The value of `org`.
pub(crate) enum OrgArg {
    Path(LitStr),
    Header(LitStr),
    Token,
}

impl Args {
    pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream| {
            separated(input, errors, |input, errors| {
                args.argument(kind, input, errors)
            });
            Ok(())
        })
        .parse2(tokens);
        errors.take(parsed);
        args
    }

    fn argument(&mut self, kind: Kind, input: ParseStream, errors: &mut Errors) -> Result<()> {
        if is_keyed(input) {
            return self.keyed(kind, input, errors);
        }
        let scope = scope_list::parse(kind, input, errors);
        self.misread |= scope.is_err();
        scope.map(|scope| self.scopes.push(scope))
    }

    fn keyed(&mut self, kind: Kind, input: ParseStream, errors: &mut Errors) -> Result<()> {
        let key = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        match key.to_string().as_str() {
            "resource" => set(&mut self.resource, key, resource(input), errors),
            "org" => set(&mut self.org, key, organization(input), errors),
            "crate" => set(&mut self.krate, key, crate_path(input), errors),
            _ => {
                self.misread = true;
                Err(unknown_key(kind, &key))
            }
        }
    }
}

/// Reads arguments up to the end, going on after the next comma when one is refused.
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
                Err(scope_list::no_separator(input))
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

fn set<T>(
    slot: &mut Option<Keyed<T>>,
    key: Ident,
    value: Result<T>,
    errors: &mut Errors,
) -> Result<()> {
    if slot.is_some() {
        errors.at(&key, format_args!("`{key}` is given twice; remove one"));
        return value.map(drop);
    }
    let (value, result) = match value {
        Ok(value) => (Some(value), Ok(())),
        Err(error) => (None, Err(error)),
    };
    *slot = Some(Keyed { key, value });
    result
}

fn resource(input: ParseStream) -> Result<LitStr> {
    string(
        input,
        "expected the resource as a string literal: `resource = \"https://api.example.com\"`",
    )
}

fn string(input: ParseStream, message: &str) -> Result<LitStr> {
    match input.parse::<LitStr>() {
        Ok(literal) if literal.suffix().is_empty() => Ok(literal),
        Ok(literal) => Err(syn::Error::new_spanned(literal, message)),
        Err(_) => Err(input.error(message)),
    }
}

fn crate_path(input: ParseStream) -> Result<Path> {
    if let Ok(literal) = input.fork().parse::<LitStr>() {
        let message = format!(
            "expected a path without quotes: `crate = {}`",
            literal.value()
        );
        return Err(input.error(message));
    }
    input.call(Path::parse_mod_style).map_err(|error| {
        syn::Error::new(
            error.span(),
            "expected the path of the crate: `crate = ::framework::logto_runtime`",
        )
    })
}

fn organization(input: ParseStream) -> Result<OrgArg> {
    const EXPECTED: &str = "expected `path(\"…\")`, `header(\"…\")` or `token`";
    if let Ok(literal) = input.fork().parse::<LitStr>() {
        let message = format!(
            "{EXPECTED}; did you mean `org = path(\"{}\")`?",
            literal.value()
        );
        return Err(input.error(message));
    }
    let source: Ident = input
        .call(Ident::parse_any)
        .map_err(|error| syn::Error::new(error.span(), EXPECTED))?;
    let name = source.to_string();
    match name.as_str() {
        "path" => Ok(OrgArg::Path(source_name(
            input,
            &source,
            "the path parameter",
            "organization_id",
        )?)),
        "header" => Ok(OrgArg::Header(source_name(
            input,
            &source,
            "the header",
            "x-organization-id",
        )?)),
        "token" if input.peek(token::Paren) => Err(syn::Error::new_spanned(
            source,
            "`token` has no name to give; write `org = token`",
        )),
        "token" => Ok(OrgArg::Token),
        _ => {
            let hint = suggest::did_you_mean(&name, ["path", "header", "token"]);
            Err(syn::Error::new_spanned(source, format!("{EXPECTED}{hint}")))
        }
    }
}

fn source_name(input: ParseStream, source: &Ident, what: &str, example: &str) -> Result<LitStr> {
    let expected = format!("expected {what} by name: `org = {source}(\"{example}\")`");
    if !input.peek(token::Paren) {
        return Err(syn::Error::new_spanned(source, expected));
    }
    let content;
    parenthesized!(content in input);
    let name = string(&content, &expected);
    // Whatever is left would be reported a second time.
    let rest: TokenStream = content.parse()?;
    match name {
        Ok(_) if !rest.is_empty() => Err(syn::Error::new_spanned(rest, expected)),
        Err(_) if rest.is_empty() => Err(syn::Error::new_spanned(source, expected)),
        name => name,
    }
}

fn unknown_key(kind: Kind, key: &Ident) -> syn::Error {
    let name = key.to_string();
    let advice = match name.as_str() {
        "scope" | "scopes" | "permission" | "permissions" if kind.takes_scopes() => format!(
            "scopes are listed without a key: `#[{}(\"{}\")]`",
            kind.name(),
            kind.example()
        ),
        "audience" | "aud" | "api" | "indicator" if kind.takes_resource() => {
            "did you mean `resource`?".to_owned()
        }
        "organization" | "organization_id" | "organizationId" | "org_id" | "orgId" | "tenant"
            if kind.takes_organization() =>
        {
            "did you mean `org`?".to_owned()
        }
        _ => match suggest::nearest(&name, kind.keys().iter().copied()) {
            Some(found) => format!("did you mean `{found}`?"),
            None => {
                let keys: Vec<_> = kind.keys().iter().map(|key| format!("`{key}`")).collect();
                format!("`#[{}]` knows {}", kind.name(), keys.join(", "))
            }
        },
    };
    syn::Error::new_spanned(key, format!("unknown argument `{name}`; {advice}"))
}
