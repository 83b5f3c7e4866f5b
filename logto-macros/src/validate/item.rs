//! What an attribute can stand on.

use proc_macro2::Span;

use super::signature;
use crate::{
    errors::Errors,
    item::{Definition, Item},
    kind::{self, Kind},
};

/// What can't be mended is reported alike by stacked attributes, and rustc prints the same error
/// once.
pub(crate) fn check(kind: Kind, has_state: bool, item: &mut Item, errors: &mut Errors) {
    match item {
        Item::Function(function) => {
            if kind == Kind::Public && function.waiting_attributes() + function.guards() > 0 {
                errors.span(
                    Span::call_site(),
                    "a public handler has no guard; remove `#[public]` or the other attribute",
                );
            }
            signature::check(kind, function, errors);
        }
        Item::UnitStruct(definition) if kind == Kind::Public => {
            errors.span(definition.keyword, only_functions("a struct"));
            definition.spend_other_attributes();
        }
        Item::UnitStruct(definition) => {
            unit_struct(definition, has_state, errors);
            definition.spend_other_attributes();
        }
        Item::OtherType(definition) => {
            let Definition {
                keyword,
                what,
                ident,
                ..
            } = &*definition;
            let message = match kind {
                Kind::Public => only_functions(what),
                _ => format!(
                    "{what} can't be guarded; put the attribute on an `async fn`, or on a unit \
                     struct such as `struct {ident};`"
                ),
            };
            errors.span(*keyword, message);
            definition.spend_other_attributes();
        }
        Item::Other {
            what,
            instead,
            span,
            ..
        } => {
            let message = match kind {
                Kind::Public => only_functions(what),
                _ => format!("{what} can't be guarded; put the attribute on {instead}"),
            };
            errors.span(*span, message);
        }
        Item::Unreadable(_, error) => errors.push(error.clone()),
    }
}

fn only_functions(what: &str) -> String {
    format!("{what} can't be public; put `#[public]` on an `async fn` that everyone may call")
}

fn unit_struct(definition: &Definition, has_state: bool, errors: &mut Errors) {
    if !definition.generics.params.is_empty() {
        errors.at(
            &definition.generics,
            "a policy is one type; remove the generic parameters",
        );
    }
    if has_state {
        errors.at(
            &definition.ident,
            "a policy serves any state; write `state` on the handlers",
        );
    }
    if let Some(second) = definition.attrs.iter().find(|attr| kind::is_ours(attr)) {
        errors.at(
            second.path(),
            "a policy has one attribute; write one with `all(…)`, or stack attributes on a \
             function",
        );
    }
}
