//! The module of the handlers shadows names that an expansion could use.

#![allow(non_camel_case_types)]

use ::axum::routing::get;
use ::logto_runtime::{require_auth, require_org_scopes, require_scopes};

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Box;
struct Policy;
struct Guard;
struct Requirement;
struct ScopeExpr;
struct OrganizationSource;
struct str;
trait Send {}
trait Sync {}
mod core {}
mod std {}
mod logto_runtime {}
mod axum {}

#[require_scopes("read:products", any("write:products", "write:orders"))]
async fn list() {}

#[require_org_scopes("read:data", resource = "org", org = header("x-organization-id"))]
async fn data() {}

#[require_auth]
struct Account;

pub(crate) fn main() {
    let _: (
        Result,
        Option,
        Some,
        None,
        Ok,
        Err,
        String,
        Vec,
        Box,
        Policy,
        Guard,
        Requirement,
        ScopeExpr,
        OrganizationSource,
        str,
    ) = (
        Result,
        Option,
        Some,
        None,
        Ok,
        Err,
        String,
        Vec,
        Box,
        Policy,
        Guard,
        Requirement,
        ScopeExpr,
        OrganizationSource,
        str,
    );
    let _: Account = Account;
    let _: ::axum::Router<::logto_runtime::GlobalLogto> = ::axum::Router::new()
        .route("/", get(list))
        .route("/data", get(data))
        .route(
            "/account",
            get(|_: ::logto_runtime::Guard<Account>| async {}),
        );
}
