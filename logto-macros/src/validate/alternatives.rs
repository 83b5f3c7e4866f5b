//! Checks the policies of `#[require_any]`.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::Path;

use crate::errors::Errors;

/// The maximum number of policies. `AnyOf` is implemented for tuples of at most this size.
const MOST: usize = 8;

pub(super) fn check(policies: &[Path], has_credential: bool, misread: bool, errors: &mut Errors) {
    let mut named: Vec<String> = Vec::new();
    for policy in policies {
        let name = policy.to_token_stream().to_string().replace(' ', "");
        if named.contains(&name) {
            errors.at(policy, format_args!("`{name}` is named twice; remove one"));
        }
        named.push(name);
    }
    match policies {
        [] if !misread => errors.span(
            Span::call_site(),
            "no policy is given; list the alternatives: `#[require_any(Admin, Member)]`",
        ),
        [_] if has_credential => {}
        [one] if !misread => errors.at(
            one,
            format_args!(
                "`#[require_any]` needs at least two policies; add another, or take \
                 `_: Guard<{}>` instead of the attribute",
                named.concat()
            ),
        ),
        [_, ..] if policies.len() > MOST => errors.at(
            &policies[MOST],
            format_args!(
                "`#[require_any]` takes at most {MOST} policies; put some into a policy of their \
                 own: `#[require_any(…)] struct Others;`"
            ),
        ),
        _ => {}
    }
}
