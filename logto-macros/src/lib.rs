//! The attributes of [`logto-runtime`](https://docs.rs/logto-runtime), which re-exports them; use
//! that crate, as what the attributes expand to names its private parts.
//!
//! | attribute | permission model |
//! |---|---|
//! | [`#[require_auth]`](macro@require_auth) | none: any valid token |
//! | [`#[require_scopes(…)]`](macro@require_scopes) | global API resource |
//! | [`#[require_org_permission(…)]`](macro@require_org_permission) | organization (non-API) permission |
//! | [`#[require_org_scopes(…)]`](macro@require_org_scopes) | API resource in an organization |
//! | [`#[require_any(…)]`](macro@require_any) | one of several policies |
//! | [`#[public]`](macro@public) | everyone |
//!
//! [`scopes!`](macro@scopes) declares the scopes of a `logto.toml` as constants.
//!
//! # Cost
//!
//! `logto-macros/measure-build-cost`, in the repository, compares a crate of handlers with an
//! attribute each, and one with a named policy for all, with the same handlers unguarded. Many
//! handlers that ask for the same are built faster with a policy, an attribute on a unit struct.

#![forbid(unsafe_code)]

mod args;
mod constants;
mod errors;
mod expand;
mod item;
mod kind;
mod manifest;
mod model;
mod operation;
mod suggest;
mod syntax;
mod validate;

#[cfg(test)]
mod random_tokens;
#[cfg(test)]
mod snapshots;

use proc_macro::TokenStream;

use crate::kind::Kind;

#[doc = include_str!("../docs/require_auth.md")]
#[proc_macro_attribute]
pub fn require_auth(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Authenticated, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/require_scopes.md")]
#[proc_macro_attribute]
pub fn require_scopes(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Scopes, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/require_org_permission.md")]
#[proc_macro_attribute]
pub fn require_org_permission(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::OrganizationPermission, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/require_org_scopes.md")]
#[proc_macro_attribute]
pub fn require_org_scopes(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::OrganizationScopes, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/require_any.md")]
#[proc_macro_attribute]
pub fn require_any(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Alternatives, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/public.md")]
#[proc_macro_attribute]
pub fn public(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Public, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/scopes.md")]
#[proc_macro]
pub fn scopes(args: TokenStream) -> TokenStream {
    expand::constants(args.into()).into()
}
