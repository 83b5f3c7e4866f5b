//! The attributes of logto-runtime.
#![forbid(unsafe_code)]

mod args;
mod errors;
mod expand;
mod item;
mod kind;
mod model;
mod scope_list;
mod suggest;
mod validate;

use proc_macro::TokenStream;

use crate::kind::Kind;

/// Admits any caller with a valid token for the resource.
#[proc_macro_attribute]
pub fn require_auth(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Authenticated, args.into(), item.into()).into()
}

/// Admits callers who hold scopes of a global API resource.
#[proc_macro_attribute]
pub fn require_scopes(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::Scopes, args.into(), item.into()).into()
}

/// Admits callers who hold permissions of an organization.
#[proc_macro_attribute]
pub fn require_org_permission(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::OrganizationPermission, args.into(), item.into()).into()
}

/// Admits callers who hold scopes of an API resource in an organization.
#[proc_macro_attribute]
pub fn require_org_scopes(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Kind::OrganizationScopes, args.into(), item.into()).into()
}
