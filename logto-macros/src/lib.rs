//! The attributes of [`logto-runtime`](https://docs.rs/logto-runtime).
//!
//! Depend on `logto-runtime`, not on this crate. `logto-runtime` re-exports the attributes. Generated
//! code uses the hidden module `logto_runtime::__private`.
//!
//! | attribute | what the caller needs |
//! |---|---|
//! | [`#[require_auth]`](macro@require_auth) | a valid token |
//! | [`#[require_scopes(…)]`](macro@require_scopes) | scopes of an API resource |
//! | [`#[require_org_permission(…)]`](macro@require_org_permission) | organization permissions |
//! | [`#[require_org_scopes(…)]`](macro@require_org_scopes) | API scopes in an organization |
//! | [`#[require_any(…)]`](macro@require_any) | a credential, or a token that meets one of the policies |
//! | [`#[public]`](macro@public) | nothing |
//! | [`#[guarded_by(…)]`](macro@guarded_by) | what the handler itself checks |
//!
//! [`scopes!`](macro@scopes) declares the scopes and permissions of `logto.toml` as constants.
//!
//! # How an attribute is expanded
//!
//! The modules of this crate do these steps, in this order:
//!
//! 1. `item` parses the annotated item. `args` parses the arguments. `kind` and `attribute_keys` list
//!    the arguments that each attribute takes.
//! 2. `manifest` loads `logto.toml`, if there is one. `logto-manifest` parses it.
//! 3. `validate` checks the arguments and the item. It returns the arguments as a `model`.
//! 4. `expand` writes the generated code. No other module uses `quote!` for that.
//!
//! `errors` collects the mistakes of all steps, so that rustc reports them together. `operation` reads
//! and edits `#[utoipa::path(…)]` for the last two steps. `constants` is for `scopes!`: it parses the
//! argument, and makes the identifiers of the constants.
//!
//! # Build time
//!
//! An attribute on a unit struct makes a policy that many handlers can share. Handlers that share a
//! policy compile faster than handlers with an attribute each. `logto-macros/measure-build-cost`, a
//! script in the repository, compares both kinds with the same handlers without guards.

#![forbid(unsafe_code)]

mod args;
mod attribute_keys;
mod constants;
mod errors;
mod expand;
mod item;
mod kind;
mod manifest;
mod model;
mod operation;
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

#[doc = include_str!("../docs/guarded_by.md")]
#[proc_macro_attribute]
pub fn guarded_by(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::ByHand, args.into(), item.into()).into()
}

#[doc = include_str!("../docs/scopes.md")]
#[proc_macro]
pub fn scopes(args: TokenStream) -> TokenStream {
    expand::expand_scopes(args.into()).into()
}
