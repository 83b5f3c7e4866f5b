use axum::{Router, routing::get};
use logto_runtime::{
    __private::Passed,
    Policy,
    policy::{OrganizationSource, Requirement, ScopeExpr, Subject},
    require_auth, require_org_permission, require_org_scopes, require_scopes,
};

#[require_auth(subject = user)]
async fn people() {}

#[require_scopes("read:products", subject = machine)]
async fn machines() {}

#[require_org_permission("invite:member", org = token, subject = user)]
struct Invite;

#[require_org_scopes(subject = machine, "read:data", org = path("id"))]
struct Sync;

fn requirement<P: Policy, F>(_: fn(Passed<P>) -> F) -> Requirement {
    P::REQUIREMENT
}

pub(crate) fn main() {
    assert_eq!(
        requirement(people),
        Requirement::authenticated().with_subject(Subject::User)
    );
    assert_eq!(
        requirement(machines),
        Requirement::scopes(ScopeExpr::One("read:products")).with_subject(Subject::Machine)
    );
    assert_eq!(
        Invite::REQUIREMENT,
        Requirement::organization_permission(ScopeExpr::One("invite:member"))
            .with_organization(OrganizationSource::Token)
            .with_subject(Subject::User)
    );
    assert_eq!(
        Sync::REQUIREMENT,
        Requirement::organization_scopes(ScopeExpr::One("read:data"))
            .with_organization(OrganizationSource::Path("id"))
            .with_subject(Subject::Machine)
    );
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/people", get(people))
        .route("/machines", get(machines));
}
