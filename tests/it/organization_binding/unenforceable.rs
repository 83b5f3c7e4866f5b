//! Requirements that no guard can enforce, written by hand as an `impl Policy`.

use axum::{Router, routing::get};
use logto_runtime::{
    Guard, Policy,
    policy::{OrganizationSource, Requirement, ScopeExpr, Subject},
};

use super::{Tenant, union_token};
use crate::support::{Answer, ORG, ask};

async fn by_guard<P: Policy>(_: Guard<P>) -> &'static str {
    "in"
}

/// The type `Requirement` allows combinations that no guard can enforce, for example `org = path(…)` with
/// global scopes. A guard must not silently ignore a part of such a combination.
#[tokio::test]
async fn a_requirement_that_cannot_be_enforced_lets_nobody_in() {
    macro_rules! unenforceable {
        ($($name:ident = $requirement:expr;)+) => {$(
            struct $name;

            impl Policy for $name {
                const REQUIREMENT: Requirement = $requirement;
            }
        )+};
    }
    const DATA: Requirement = Requirement::scopes(ScopeExpr::One("read:data")).with_resource(ORG);
    const ANY: Requirement = Requirement::any_of(&[DATA, DATA]);
    const INVITE: Requirement =
        Requirement::organization_permission(ScopeExpr::One("invite:member"));
    const AUTH: Requirement = Requirement::authenticated().with_resource(ORG);
    unenforceable! {
        ScopesInPath = DATA.with_organization(OrganizationSource::Path("organization_id"));
        ScopesInHeader = DATA.with_organization(OrganizationSource::Header("x-organization-id"));
        ScopesInToken = DATA.with_organization(OrganizationSource::Token);
        AuthInPath = AUTH.with_organization(OrganizationSource::Path("organization_id"));
        PermissionOfResource = INVITE.with_resource(ORG);
        AnyOfMachines = ANY.with_subject(Subject::Machine);
        AnyOfClient = ANY.with_client("test-app");
        AnyOfUser = ANY.with_subject(Subject::Path("user_id"));
        AnyOfResource = ANY.with_resource(ORG);
        AnyInHeader = ANY.with_organization(OrganizationSource::Header("x-organization-id"));
        Nested = Requirement::any_of(&[DATA, AnyOfMachines::REQUIREMENT]);
    }
    let tenant = Tenant::start();
    let tokens = [
        union_token(&tenant),
        tenant.api_token("acme"),
        tenant.organization_token("acme"),
    ];
    for (name, handler) in [
        ("scopes in path", get(by_guard::<ScopesInPath>)),
        ("scopes in header", get(by_guard::<ScopesInHeader>)),
        ("scopes in token", get(by_guard::<ScopesInToken>)),
        ("auth in path", get(by_guard::<AuthInPath>)),
        (
            "permission of a resource",
            get(by_guard::<PermissionOfResource>),
        ),
        ("any of machines", get(by_guard::<AnyOfMachines>)),
        ("any of a client", get(by_guard::<AnyOfClient>)),
        ("any of a user", get(by_guard::<AnyOfUser>)),
        ("any of a resource", get(by_guard::<AnyOfResource>)),
        ("any in header", get(by_guard::<AnyInHeader>)),
        ("nested", get(by_guard::<Nested>)),
    ] {
        let app = Router::new()
            .route("/o/{organization_id}", handler.clone())
            .route("/plain", handler)
            .with_state(tenant.logto.clone());
        for token in &tokens {
            for uri in ["/o/acme", "/plain"] {
                let answer = ask(&app, uri, token).await;
                assert_eq!(answer, Answer::misconfigured(), "{name}: {uri}");
            }
        }
    }
}
