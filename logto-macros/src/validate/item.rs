//! Checks the annotated item.

use proc_macro2::{Ident, Span};
use syn::{FnArg, Type};

use super::{method, signature};
use crate::{
    errors::Errors,
    item::{Definition, Function, Item},
    kind::{self, Kind},
};

/// Checks the annotated item, and repairs it where possible.
///
/// If a mistake can't be repaired, each of the stacked attributes reports it. On a type, only the first
/// attribute reports the mistake, because it removes the others. rustc prints identical errors only once, so
/// most of these messages do not name the attribute.
///
/// `state_alone` says whether `state` was given without `logto`. `credential` is the key of the argument
/// `credential = …`. The error about a credential on a unit struct points to this key.
pub(crate) fn check(
    kind: Kind,
    state_alone: bool,
    credential: Option<&Ident>,
    item: &mut Item,
    errors: &mut Errors,
) {
    match item {
        Item::Function(function) => {
            let contradiction = match kind {
                Kind::Public => function.unexpanded_attributes() + function.guards() > 0,
                _ => function.is_public(),
            };
            if contradiction {
                errors.span(
                    Span::call_site(),
                    "a public handler can't have a guard; remove `#[public]`, or remove the other \
                     attribute",
                );
            }
            if kind == Kind::Public {
                refuse_guard_arguments(function, errors);
            }
            if !method::refuse(kind, function, errors) {
                signature::check(kind, function, errors);
            }
        }
        Item::UnitStruct(definition) if is_for_functions_only(kind) => {
            errors.span(definition.keyword, only_functions(kind, definition.what));
            definition.remove_other_attributes();
        }
        Item::UnitStruct(definition) => {
            unit_struct(definition, state_alone, errors);
            if let Some(key) = credential {
                errors.at(
                    key,
                    "a credential is not a policy, because only tokens meet policies; put the \
                     attribute on the handler, or let the handler take `TokenOr<Policy, ApiKey>`",
                );
            }
            definition.remove_other_attributes();
        }
        Item::OtherType(definition) => {
            let Definition {
                keyword,
                what,
                ident,
                ..
            } = &*definition;
            let message = if is_for_functions_only(kind) {
                only_functions(kind, what)
            } else {
                format!(
                    "{what} can't be guarded; put the attribute on an `async fn`, or on a unit \
                     struct such as `struct {ident};`"
                )
            };
            errors.span(*keyword, message);
            definition.remove_other_attributes();
        }
        Item::Other {
            what,
            instead,
            span,
            ..
        } => {
            let message = if is_for_functions_only(kind) {
                only_functions(kind, what)
            } else {
                format!("{what} can't be guarded; put the attribute on {instead}")
            };
            errors.span(*span, message);
        }
        Item::Unreadable(_, error) => errors.push(error.clone()),
    }
}

/// Reports guards that the user wrote among the arguments of a public handler.
///
/// An attribute does not see types, only their names, so a guard behind a type alias is not found.
fn refuse_guard_arguments(function: &Function, errors: &mut Errors) {
    for argument in function.sig.inputs.iter().skip(function.guards()) {
        if let FnArg::Typed(argument) = argument
            && is_guard(&argument.ty)
        {
            errors.at(
                &argument.ty,
                "this argument rejects callers, but a public handler accepts everyone; remove \
                 `#[public]`, or take `Option<AuthInfo>` instead",
            );
        }
    }
}

fn is_guard(ty: &Type) -> bool {
    match ty {
        Type::Path(ty) => ty.path.segments.last().is_some_and(|last| {
            ["Guard", "Passed", "TokenOr"]
                .iter()
                .any(|it| last.ident == it)
        }),
        Type::Group(group) => is_guard(&group.elem),
        Type::Paren(paren) => is_guard(&paren.elem),
        _ => false,
    }
}

fn is_for_functions_only(kind: Kind) -> bool {
    matches!(kind, Kind::Public | Kind::ByHand)
}

/// Returns the message for an attribute that only functions can have.
fn only_functions(kind: Kind, what: &str) -> String {
    match kind {
        Kind::Public => {
            format!(
                "{what} can't be public; put `#[public]` on an `async fn` that everyone may call"
            )
        }
        _ => format!(
            "{what} can't be guarded by hand; put `#[{}(\"…\")]` on the `async fn` that checks its \
             callers",
            kind.name()
        ),
    }
}

fn unit_struct(definition: &Definition, state_alone: bool, errors: &mut Errors) {
    if !definition.generics.params.is_empty() {
        errors.at(
            &definition.generics,
            "a policy can't be generic; remove the generic parameters",
        );
    }
    if state_alone {
        errors.at(
            &definition.ident,
            "a policy does not depend on the router's state; write `state` on handlers instead, or \
             add `logto = path::to::function` for a state that has no `Logto` of its own",
        );
    }
    if let Some(second) = definition.attrs.iter().find(|attr| kind::is_ours(attr)) {
        errors.at(
            second.path(),
            "a policy can have only one attribute; combine scopes in it with `all(…)`, or stack \
             the attributes on a function",
        );
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use crate::{expand, kind::Kind};

    const NO_GUARD: &str = "a public handler can't have a guard";
    const TAKES_EVERYONE: &str = "a public handler accepts everyone";

    fn expanded(kind: Kind, args: &str, item: &str) -> String {
        let [args, item] = [args, item].map(|text| text.parse::<TokenStream>().unwrap());
        expand::attribute(kind, args, item).to_string()
    }

    fn errors(kind: Kind, args: &str, item: &str) -> Vec<&'static str> {
        let expanded = expanded(kind, args, item);
        let of = |message: &'static str| expanded.matches(message).map(move |_| message);
        of(NO_GUARD).chain(of(TAKES_EVERYONE)).collect()
    }

    #[test]
    fn an_attribute_below_a_renamed_public_attribute_is_rejected() {
        const PUBLIC: &str = "async fn list(_: ::logto_runtime::__private::Public) {}";
        for (kind, args) in [
            (Kind::Authenticated, ""),
            (Kind::Scopes, r#""read:products""#),
            (Kind::OrganizationPermission, r#""invite:member""#),
            (Kind::OrganizationScopes, r#""read:data""#),
            (Kind::Alternatives, "Admin, Member"),
            (Kind::Alternatives, "Admin, credential = ApiKey"),
            (Kind::Public, ""),
            (Kind::ByHand, r#""API key""#),
        ] {
            assert_eq!(errors(kind, args, PUBLIC), [NO_GUARD], "{kind:?}");
        }
        let not_ours = "async fn list(_: logto_runtime::Public) {}";
        assert!(errors(Kind::Authenticated, "", not_ours).is_empty());
    }

    #[test]
    fn a_public_handler_cannot_take_a_guard() {
        for item in [
            "async fn list(_: Guard<Admin>) {}",
            "async fn list(page: Page, guard: logto_runtime::Guard<Admin>) {}",
            "async fn list(_: (Guard<Admin>)) {}",
            "async fn list(_: TokenOr<Admin, ApiKey>) {}",
        ] {
            assert_eq!(errors(Kind::Public, "", item), [TAKES_EVERYONE], "{item}");
        }
        let stacked = "async fn list(_: ::logto_runtime::__private::Passed<__logto_list_0>) {}";
        assert_eq!(errors(Kind::Public, "", stacked), [NO_GUARD]);
        let caller = "async fn list(_: Option<AuthInfo>, _: Guardian<Admin>) {}";
        assert!(errors(Kind::Public, "", caller).is_empty());
    }

    #[test]
    fn messages_do_not_say_that_an_empty_struct_has_fields() {
        for item in [
            "struct Admin {}",
            "struct Admin();",
            "struct Admin { level: u8 }",
        ] {
            let expanded = expanded(Kind::Authenticated, "", item);
            assert!(expanded.contains("a struct with `{"), "{expanded}");
            assert!(!expanded.contains("with fields"), "{expanded}");
        }
    }
}
