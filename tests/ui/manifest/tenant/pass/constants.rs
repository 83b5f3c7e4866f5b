#![deny(warnings, missing_docs, unreachable_pub)]
//! Attributes that name the scopes of the tenant by constants of `scopes!`.

use axum::{Router, routing::get};
use logto_runtime::{
    __private::Passed,
    Policy,
    policy::{Requirement, Scope, ScopeExpr},
    require_org_permission, require_org_scopes, require_scopes,
};

logto_runtime::scopes!();

mod other {
    pub(crate) mod framework {
        pub(crate) use logto_runtime::__private;
    }

    logto_runtime::scopes!(crate = crate::other::framework);
}

const READ: Scope = scopes::READ_PRODUCTS;

// Names that the expansion could use itself.
const REGISTER: Scope = READ;
#[expect(non_upper_case_globals)]
const register: Scope = READ;

#[require_scopes(
    scopes::READ_PRODUCTS,
    any(other::scopes::WRITE_PRODUCTS, "write:orders")
)]
async fn list() {}

#[require_scopes(READ, resource = "products")]
async fn by_name() {}

#[require_scopes(any(REGISTER, register))]
async fn by_common_names() {}

#[require_org_scopes(
    scopes::READ_DATA,
    scopes::org::WRITE_SETTINGS,
    resource = "https://api.example.com/org",
    org = token
)]
async fn by_indicator() {}

#[require_org_permission(scopes::organization::INVITE_MEMBER, scopes::MANAGE_BILLING, org = token)]
struct Invite;

// In both files, these scopes belong to resources with the same indicator.
#[require_scopes(scopes::READ_PRODUCTS, catalog::scopes::READ_ORDERS)]
struct OfOtherCratesResource;

#[require_scopes(
    catalog::scopes::READ_REPORTS,
    resource = "https://api.example.com/reports"
)]
struct OfSameIndicator;

#[require_org_permission(catalog::scopes::INVITE_MEMBER, org = token)]
struct OfSamePermission;

fn requirement<P: Policy, F>(_: fn(Passed<P>) -> F) -> Requirement {
    P::REQUIREMENT
}

fn main() {
    assert_eq!(
        requirement(list),
        Requirement::scopes(ScopeExpr::All(&[
            ScopeExpr::One("read:products"),
            ScopeExpr::Any(&[
                ScopeExpr::One("write:products"),
                ScopeExpr::One("write:orders")
            ])
        ]))
    );
    assert_eq!(
        Invite::REQUIREMENT.scope_names(),
        ["invite:member", "manage:billing"]
    );
    assert_eq!(
        OfOtherCratesResource::REQUIREMENT.scope_names(),
        ["read:products", "read:orders"]
    );
    assert_eq!(OfSameIndicator::REQUIREMENT.scope_names(), ["read:reports"]);
    assert_eq!(
        OfSamePermission::REQUIREMENT.scope_names(),
        ["invite:member"]
    );
    assert_eq!(
        scopes::READ_DATA.resource(),
        Some("https://api.example.com/org")
    );
    assert_eq!(scopes::INVITE_MEMBER.resource(), None);
    assert_eq!(scopes::products::READ_PRODUCTS, scopes::READ_PRODUCTS);
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/", get(list))
        .route("/name", get(by_name))
        .route("/common", get(by_common_names))
        .route("/indicator", get(by_indicator));
}
