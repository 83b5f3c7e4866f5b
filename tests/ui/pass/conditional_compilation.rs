use axum::{Router, extract::State, routing::get};
use logto_runtime::{
    __private::Passed,
    Policy,
    policy::{Requirement, ScopeExpr},
    require_auth, require_scopes,
};

#[require_scopes("read:products")]
#[cfg(any())]
async fn list() -> Missing {}

#[require_scopes("read:products")]
#[cfg(not(any()))]
async fn list() {}

#[cfg_attr(all(), require_scopes("write:products"))]
async fn above() {}

#[require_auth]
#[cfg_attr(all(), require_scopes("write:products"))]
#[cfg_attr(any(), require_scopes("delete:products"))]
async fn below() {}

#[require_auth]
async fn arguments(
    #[cfg(any())] _: Missing,
    #[cfg(test)] State(_): State<logto_runtime::GlobalLogto>,
) {
}

#[require_auth]
#[cfg(any())]
struct Account(Missing);

#[cfg_attr(all(), require_scopes("write:orders"))]
struct Account;

fn requirement<P: Policy, F>(_: fn(Passed<P>) -> F) -> Requirement {
    P::REQUIREMENT
}

fn requirements<P: Policy, Q: Policy, F>(_: fn(Passed<P>, Passed<Q>) -> F) -> [Requirement; 2] {
    [P::REQUIREMENT, Q::REQUIREMENT]
}

pub(crate) fn main() {
    let write = Requirement::scopes(ScopeExpr::One("write:products"));
    assert_eq!(
        requirement(list),
        Requirement::scopes(ScopeExpr::One("read:products"))
    );
    assert_eq!(requirement(above), write);
    assert_eq!(requirements(below), [Requirement::authenticated(), write]);
    assert_eq!(
        Account::REQUIREMENT,
        Requirement::scopes(ScopeExpr::One("write:orders"))
    );
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/", get(list))
        .route("/above", get(above))
        .route("/below", get(below))
        .route("/arguments", get(arguments));
}
