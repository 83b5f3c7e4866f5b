//! Checks what was parsed, and builds the `model` for the code generator.
//!
//! The input is the parsed arguments, the parsed item and `logto.toml`, if there is one. The output
//! is a `Model`, or a list of mistakes.
//!
//! - A mistake does not end the checks, so that all mistakes are reported together.
//! - A mistake in one argument does not cause an error about another argument. If `resource` is wrong,
//!   for example, the scopes are not looked up in `logto.toml`.
//! - A wrong item is repaired where possible. The code that uses the item then compiles.
//!
//! Files, in reading order:
//!
//! - `item`: the annotated item
//! - `method`: functions that can't have an attribute
//! - `signature`: the signature of a handler
//! - `refused_keys`: keys that belong to other attributes
//! - `scopes`, `alternatives`, `organization`, `caller`, `description`: the arguments
//! - `path_parameter`: the name of a path parameter
//! - `catalogue`: compares scopes, permissions and resources with `logto.toml`
//! - `operation`: the `#[utoipa::path(…)]` of the same function

mod alternatives;
mod caller;
mod catalogue;
mod description;
mod item;
mod method;
mod operation;
mod organization;
mod path_parameter;
mod refused_keys;
mod scopes;
mod signature;

pub(crate) use self::item::check as item;
use crate::{
    args::{Args, Keyed},
    errors::Errors,
    item::Item,
    kind::{Kind, Positional},
    manifest::ManifestFile,
    model::{Access, Model, Requirement},
};

/// Checks the arguments. Returns `None` if there is a mistake.
pub(crate) fn arguments(
    kind: Kind,
    args: Args,
    manifest: Option<&ManifestFile>,
    errors: &mut Errors,
) -> Option<Model> {
    let Args {
        scopes,
        policies,
        descriptions,
        resource,
        org,
        subject,
        client,
        credential,
        state,
        logto,
        krate: _,
        misread,
    } = args;
    refused_keys::check(kind, resource.as_ref(), errors);
    refused_keys::check(kind, org.as_ref(), errors);
    refused_keys::check(kind, subject.as_ref(), errors);
    refused_keys::check(kind, client.as_ref(), errors);
    refused_keys::check(kind, credential.as_ref(), errors);
    refused_keys::check(kind, state.as_ref(), errors);
    refused_keys::check(kind, logto.as_ref(), errors);
    if let (Some(Keyed { key, .. }), None, true) = (&logto, &state, kind.takes("state")) {
        errors.at(
            key,
            "`logto` finds the `Logto` in a state; name the type of the state too: \
             `state = AppContext`",
        );
    }

    // The scopes of a wrong resource are unknown, so do not check them against `logto.toml`.
    let resource_known = resource.as_ref().is_none_or(|keyed| {
        keyed.value.as_ref().is_some_and(|literal| {
            let checked = logto_manifest::syntax::resource::check(&literal.value());
            errors.take(checked.map_err(|message| syn::Error::new_spanned(literal, message)))
                == Some(())
        })
    });
    let resource = resource.and_then(|keyed| keyed.value);
    let organization = org
        .and_then(|keyed| keyed.value)
        .and_then(|source| organization::check(source, errors));
    let subject = subject
        .and_then(|keyed| keyed.value)
        .and_then(|subject| caller::subject(subject, errors));
    let client = client
        .and_then(|keyed| keyed.value)
        .and_then(|literal| caller::client(literal, errors));
    let scopes = scopes::check(kind, scopes, misread, errors);
    if kind.positional() == Positional::Policies {
        alternatives::check(&policies, credential.is_some(), misread, errors);
    }
    let description = match kind.positional() {
        Positional::Description => description::check(kind, descriptions, misread, errors),
        _ => None,
    };
    let declared = manifest.filter(|_| resource_known).and_then(|manifest| {
        catalogue::check(kind, manifest, resource.as_ref(), scopes.as_ref(), errors)
    });
    let access = match kind {
        Kind::Public => Access::Public,
        Kind::ByHand => Access::ByHand(description?),
        Kind::Alternatives => match credential {
            None => Access::Alternatives(policies),
            Some(keyed) => Access::Either(policies, keyed.value?),
        },
        _ => Access::Requirement(Requirement {
            kind,
            scopes,
            resource,
            organization,
            subject,
            client,
            declared,
        }),
    };
    let state = state.and_then(|keyed| keyed.value);
    let logto = logto.and_then(|keyed| keyed.value);
    errors.is_empty().then_some(Model {
        access,
        state,
        logto,
    })
}

/// Checks the `#[utoipa::path(…)]` of a handler.
pub(crate) fn operation(kind: Kind, has_credential: bool, item: &mut Item, errors: &mut Errors) {
    if let Item::Function(function) = item {
        operation::check(kind, has_credential, function, errors);
    }
}
