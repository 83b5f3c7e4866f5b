use axum::{Router, extract::State, routing::get};
use logto_runtime::{
    __private::Passed,
    Policy,
    policy::{OrganizationSource, Requirement, ScopeExpr},
    require_auth, require_org_permission, require_org_scopes, require_scopes,
};

#[require_org_permission("invite:member")]
#[require_org_scopes("read:data", "write:data", org = path("id"))]
#[require_scopes("read:products", resource = "products")]
#[require_auth]
async fn four(State(_): State<logto_runtime::GlobalLogto>) {}

#[require_scopes("read:products")]
#[require_scopes("read:products")]
async fn alike() {}

fn requirements<A: Policy, B: Policy, C: Policy, D: Policy, T, F>(
    _: fn(Passed<A>, Passed<B>, Passed<C>, Passed<D>, T) -> F,
) -> [Requirement; 4] {
    [
        A::REQUIREMENT,
        B::REQUIREMENT,
        C::REQUIREMENT,
        D::REQUIREMENT,
    ]
}

pub(crate) fn main() {
    // The guard of the outermost attribute is the first argument, so it decides first.
    assert_eq!(
        requirements(four),
        [
            Requirement::organization_permission(ScopeExpr::One("invite:member")),
            Requirement::organization_scopes(ScopeExpr::All(&[
                ScopeExpr::One("read:data"),
                ScopeExpr::One("write:data"),
            ]))
            .with_organization(OrganizationSource::Path("id")),
            Requirement::scopes(ScopeExpr::One("read:products")).with_resource("products"),
            Requirement::authenticated(),
        ]
    );
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/{id}/four", get(four))
        .route("/alike", get(alike));
}
