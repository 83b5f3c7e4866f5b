//! Parses the arguments of an attribute.
//!
//! The input is the tokens in the parentheses of an attribute. The output is [`Args`]: the arguments as they
//! were written, with their spans. Nothing here looks at the annotated item.
//!
//! - Here, every attribute accepts the keys of all attributes of this crate. `validate` then rejects a key
//!   that the attribute does not take, and says what to write instead.
//! - Unknown keys and keys that are given twice are rejected here.
//! - After a mistake, parsing continues after the next comma. So rustc reports all mistakes together.
//!
//! Files, in reading order:
//!
//! - `list`: comma-separated lists, and how parsing continues after a mistake
//! - `scopes`: scopes, `any(…)` and `all(…)`
//! - `organization`: the values of `org`
//! - `value`: the other values, the policies of `#[require_any]`, and the text of `#[guarded_by]`

pub(crate) mod list;
pub(crate) mod organization;
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
    organization::OrgArg,
    scopes::ScopeArg,
};
use crate::{
    errors::Errors,
    kind::{Kind, Positional},
    model::Subject,
};

/// The arguments of an attribute.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) scopes: Vec<ScopeArg>,
    pub(crate) policies: Vec<Path>,
    pub(crate) descriptions: Vec<LitStr>,
    pub(crate) resource: Option<Keyed<LitStr>>,
    pub(crate) org: Option<Keyed<OrgArg>>,
    pub(crate) subject: Option<Keyed<Subject>>,
    pub(crate) client: Option<Keyed<LitStr>>,
    pub(crate) credential: Option<Keyed<Path>>,
    pub(crate) state: Option<Keyed<Type>>,
    pub(crate) logto: Option<Keyed<Path>>,
    pub(crate) krate: Option<Keyed<Path>>,
    /// Whether parsing failed for an argument that may be meant as a scope, a policy or a description.
    ///
    /// A missing scope, policy or description is then not reported as a second mistake.
    pub(crate) misread: bool,
}

/// A `key = value` argument.
pub(crate) struct Keyed<T> {
    pub(crate) key: Ident,
    /// `None` if the value could not be parsed.
    pub(crate) value: Option<T>,
}

impl Args {
    /// Parses the tokens in the parentheses of an attribute.
    pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream| {
            separated(kind, input, errors, |input, errors| {
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
            Positional::Description => {
                value::description(input).map(|text| self.descriptions.push(text))
            }
        };
        self.misread |= read.is_err();
        read
    }

    fn keyed(&mut self, kind: Kind, input: ParseStream, errors: &mut Errors) -> Result<()> {
        let key = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        match key.to_string().as_str() {
            "resource" => set(&mut self.resource, key, value::resource(input), errors),
            "org" => set(
                &mut self.org,
                key,
                organization::organization(kind, input),
                errors,
            ),
            "subject" => set(&mut self.subject, key, value::subject(input), errors),
            "client" => set(&mut self.client, key, value::client(input), errors),
            "credential" => set(&mut self.credential, key, value::credential(input), errors),
            "logto" => set(&mut self.logto, key, value::function(input), errors),
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
                "write scopes without a key: `#[{}(\"{}\")]`",
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
        "application" | "app" | "client_id" | "clientId" | "azp" if kind.takes("client") => {
            "did you mean `client`?".to_owned()
        }
        "or" | "key" | "api_key" | "session" if kind.takes("credential") => {
            "did you mean `credential`?".to_owned()
        }
        _ => match logto_manifest::suggest::nearest(&name, kind.keys().iter().copied()) {
            Some(found) => format!("did you mean `{found}`?"),
            None => {
                let keys: Vec<_> = kind.keys().iter().map(|key| format!("`{key}`")).collect();
                format!("`#[{}]` takes {}", kind.name(), keys.join(", "))
            }
        },
    };
    Error::new_spanned(key, format_args!("unknown argument `{name}`; {advice}"))
}
