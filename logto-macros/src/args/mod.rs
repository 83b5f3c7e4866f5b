//! Tokens to arguments: key and value are kept together, unknown and repeated ones refused.

pub(crate) mod list;
pub(crate) mod scopes;
pub(crate) mod value;

use proc_macro2::TokenStream;
use syn::{
    Error, Ident, LitStr, Path, Result, Token, Type,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use self::{
    list::{is_keyed, separated},
    scopes::ScopeArg,
    value::OrgArg,
};
use crate::{
    errors::Errors,
    kind::{Kind, Positional},
    model::Subject,
    suggest,
};

/// What stands in the parentheses of an attribute.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) scopes: Vec<ScopeArg>,
    pub(crate) policies: Vec<Path>,
    pub(crate) resource: Option<Keyed<LitStr>>,
    pub(crate) org: Option<Keyed<OrgArg>>,
    pub(crate) subject: Option<Keyed<Subject>>,
    pub(crate) state: Option<Keyed<Type>>,
    pub(crate) krate: Option<Keyed<Path>>,
    /// Whether an argument that may have been meant without a key was not understood.
    pub(crate) misread: bool,
}

/// A `key = value` argument; without the value if that was refused.
pub(crate) struct Keyed<T> {
    pub(crate) key: Ident,
    pub(crate) value: Option<T>,
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
        let read = match kind.positional() {
            Positional::Nothing | Positional::Scopes => {
                scopes::parse(kind, input, errors).map(|scope| self.scopes.push(scope))
            }
            Positional::Policies => value::policy(kind, input).map(|path| self.policies.push(path)),
        };
        self.misread |= read.is_err();
        read
    }

    fn keyed(&mut self, kind: Kind, input: ParseStream, errors: &mut Errors) -> Result<()> {
        let key = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        match key.to_string().as_str() {
            "resource" => set(&mut self.resource, key, value::resource(input), errors),
            "org" => set(&mut self.org, key, value::organization(input), errors),
            "subject" => set(&mut self.subject, key, value::subject(input), errors),
            "state" => set(&mut self.state, key, value::state(input), errors),
            "crate" => set(&mut self.krate, key, value::crate_path(input), errors),
            _ => {
                self.misread = true;
                Err(unknown_key(kind, &key))
            }
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

fn unknown_key(kind: Kind, key: &Ident) -> Error {
    let name = key.to_string();
    let advice = match name.as_str() {
        "scope" | "scopes" | "permission" | "permissions"
            if kind.positional() == Positional::Scopes =>
        {
            format!(
                "scopes are listed without a key: `#[{}(\"{}\")]`",
                kind.name(),
                kind.example()
            )
        }
        "audience" | "aud" | "api" | "indicator" if kind.takes("resource") => {
            "did you mean `resource`?".to_owned()
        }
        "organization" | "organization_id" | "organizationId" | "org_id" | "orgId" | "tenant"
            if kind.takes("org") =>
        {
            "did you mean `org`?".to_owned()
        }
        "sub" | "actor" | "caller" | "principal" if kind.takes("subject") => {
            "did you mean `subject`?".to_owned()
        }
        _ => match suggest::nearest(&name, kind.keys().iter().copied()) {
            Some(found) => format!("did you mean `{found}`?"),
            None => {
                let keys: Vec<_> = kind.keys().iter().map(|key| format!("`{key}`")).collect();
                format!("`#[{}]` knows {}", kind.name(), keys.join(", "))
            }
        },
    };
    Error::new_spanned(key, format_args!("unknown argument `{name}`; {advice}"))
}
