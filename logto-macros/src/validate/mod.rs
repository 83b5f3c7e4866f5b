//! The rules, all of them in one pass.

mod catalogue;
mod item;
mod operation;
mod organization;
mod policies;
mod scopes;
mod signature;

/// Checks the annotated item; on a mistake it is mended where that can be done, so that its uses
/// cause no second error.
pub(crate) use self::item::check as item;
use crate::{
    args::{Args, Keyed},
    errors::Errors,
    item::Item,
    kind::{Kind, Positional},
    manifest::Manifest,
    model::{Access, Model, Requirement},
    syntax,
};

/// Checks what an attribute asks for; none if a mistake was reported.
pub(crate) fn arguments(
    kind: Kind,
    args: Args,
    manifest: Option<&Manifest>,
    errors: &mut Errors,
) -> Option<Model> {
    let Args {
        scopes,
        policies,
        resource,
        org,
        subject,
        state,
        krate: _,
        misread,
    } = args;
    refuse_key(kind, resource.as_ref(), errors);
    refuse_key(kind, org.as_ref(), errors);
    refuse_key(kind, subject.as_ref(), errors);
    refuse_key(kind, state.as_ref(), errors);

    // Without a value that can be relied on, nothing is said of the scopes either.
    let resource_known = resource.as_ref().is_none_or(|keyed| {
        keyed.value.as_ref().is_some_and(|literal| {
            let checked = syntax::resource::check(&literal.value());
            errors.take(checked.map_err(|message| syn::Error::new_spanned(literal, message)))
                == Some(())
        })
    });
    let resource = resource.and_then(|keyed| keyed.value);
    let organization = org
        .and_then(|keyed| keyed.value)
        .and_then(|source| organization::check(source, errors));
    let scopes = scopes::check(kind, scopes, misread, errors);
    if kind.positional() == Positional::Policies {
        policies::check(&policies, misread, errors);
    }
    if let Some(manifest) = manifest
        && resource_known
    {
        catalogue::check(kind, manifest, resource.as_ref(), scopes.as_ref(), errors);
    }
    let access = match kind {
        Kind::Public => Access::Public,
        Kind::Alternatives => Access::Alternatives(policies),
        _ => Access::Requirement(Requirement {
            kind,
            scopes,
            resource,
            organization,
            subject: subject.and_then(|keyed| keyed.value),
        }),
    };
    let state = state.and_then(|keyed| keyed.value);
    errors.is_empty().then_some(Model { access, state })
}

/// Checks what the document of a handler says.
pub(crate) fn operation(kind: Kind, item: &mut Item, errors: &mut Errors) {
    if let Item::Function(function) = item {
        operation::check(kind, function, errors);
    }
}

/// Refuses a key that other attributes of the family take.
fn refuse_key<T>(kind: Kind, keyed: Option<&Keyed<T>>, errors: &mut Errors) {
    let Some(Keyed { key, .. }) = keyed else {
        return;
    };
    let word = key.to_string();
    if kind.takes(&word) {
        return;
    }
    let name = kind.name();
    let message = match (kind, word.as_str()) {
        (Kind::Public, _) => {
            format!("`#[public]` lets everyone in; remove `{word}`, or use `#[require_auth]`")
        }
        (Kind::Alternatives, _) => {
            format!("`{word}` belongs to the policies that `#[{name}]` names; write it there")
        }
        (Kind::OrganizationPermission, "resource") => {
            "`#[require_org_permission]` is about permissions of an organization, which belong to \
             no API resource; remove `resource`, or use `#[require_org_scopes(…)]`"
                .to_owned()
        }
        _ => format!(
            "`#[{name}]` is about no organization; remove `{word}`, or use \
             `#[require_org_scopes(…)]` or `#[require_org_permission(…)]`"
        ),
    };
    errors.at(key, message);
}
