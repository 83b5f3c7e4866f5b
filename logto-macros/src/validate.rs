//! The rules, all of them in one pass.

mod organization;
mod resource;
mod scopes;
mod signature;

use crate::{
    args::{Args, Keyed},
    errors::Errors,
    item::{Definition, Item},
    kind::{self, Kind},
    model::Requirement,
};

/// Checks what an attribute asks for; none if a mistake was reported.
pub(crate) fn requirement(kind: Kind, args: Args, errors: &mut Errors) -> Option<Requirement> {
    let Args {
        scopes,
        resource,
        org,
        krate: _,
        misread,
    } = args;
    if !kind.takes_resource() {
        refuse_resource(kind, resource.as_ref(), errors);
    }
    if !kind.takes_organization() {
        refuse_organization(kind, org.as_ref(), errors);
    }
    let resource = resource.and_then(|keyed| keyed.value);
    if let Some(resource) = &resource {
        resource::check(resource, errors);
    }
    let organization = org
        .and_then(|keyed| keyed.value)
        .and_then(|source| organization::check(source, errors));
    let scopes = scopes::check(kind, scopes, misread, errors);
    errors.is_empty().then_some(Requirement {
        kind,
        scopes,
        resource,
        organization,
    })
}

/// Checks the annotated item; on a mistake it is mended where that can be done, so that its uses
/// cause no second error. What can't be mended is reported alike by stacked attributes, and rustc
/// prints the same error once.
pub(crate) fn item(kind: Kind, item: &mut Item, errors: &mut Errors) {
    match item {
        Item::Function(function) => signature::check(kind, function, errors),
        Item::UnitStruct(definition) => {
            unit_struct(definition, errors);
            definition.spend_other_attributes();
        }
        Item::OtherType(definition) => {
            let Definition {
                keyword,
                what,
                ident,
                ..
            } = &*definition;
            errors.span(
                *keyword,
                format_args!(
                    "{what} can't be guarded; put the attribute on an `async fn`, or on a unit \
                     struct such as `struct {ident};`"
                ),
            );
            definition.spend_other_attributes();
        }
        Item::Other {
            what,
            instead,
            span,
            ..
        } => errors.span(
            *span,
            format_args!("{what} can't be guarded; put the attribute on {instead}"),
        ),
        Item::Unreadable(_, error) => errors.push(error.clone()),
    }
}

fn unit_struct(definition: &Definition, errors: &mut Errors) {
    if !definition.generics.params.is_empty() {
        errors.at(
            &definition.generics,
            "a policy is one type; remove the generic parameters",
        );
    }
    if let Some(second) = definition.attrs.iter().find(|attr| kind::is_ours(attr)) {
        errors.at(
            second.path(),
            "a policy has one attribute; write one with `all(…)`, or stack attributes on a function",
        );
    }
}

fn refuse_resource<T>(kind: Kind, resource: Option<&Keyed<T>>, errors: &mut Errors) {
    if let Some(Keyed { key, .. }) = resource {
        errors.at(
            key,
            format_args!(
                "`#[{}]` is about permissions of an organization, which belong to no API \
                 resource; remove `resource`, or use `#[require_org_scopes(…)]`",
                kind.name()
            ),
        );
    }
}

fn refuse_organization<T>(kind: Kind, org: Option<&Keyed<T>>, errors: &mut Errors) {
    if let Some(Keyed { key, .. }) = org {
        errors.at(
            key,
            format_args!(
                "`#[{}]` is about no organization; remove `org`, or use \
                 `#[require_org_scopes(…)]` or `#[require_org_permission(…)]`",
                kind.name()
            ),
        );
    }
}
