use axum::{Router, handler::Handler, routing::get};
use logto_runtime::{
    GlobalLogto, Guard, Policy,
    policy::{AnyOf, Requirement, RequirementKind},
    require_any, require_org_permission, require_scopes,
    routes::{GuardedArguments, Routes},
};

mod policies {
    #[logto_runtime::require_scopes("admin", org = any)]
    pub struct Admin;
}

#[require_org_permission("manage:billing", org = token)]
struct Member;

#[require_any(policies::Admin, Member)]
async fn bill() {}

#[require_any(policies::Admin, Member)]
pub struct Billing;

#[require_any(Billing, policies::Admin)]
#[require_scopes("read:products")]
async fn nested() {}

async fn by_hand(guard: Guard<AnyOf<(policies::Admin, Member)>>) -> &'static str {
    if guard.granted_by::<policies::Admin>() {
        "admin"
    } else {
        "member"
    }
}

async fn by_policy(_: Guard<Billing>) {}

struct Invoices;

impl Invoices {
    async fn list(_: Guard<Billing>) {}
}

fn requirement<T: GuardedArguments>(_: impl Handler<T, GlobalLogto>) -> Requirement {
    T::FIRST.unwrap()
}

pub(crate) fn main() {
    for requirement in [
        requirement(bill),
        requirement(by_policy),
        requirement(by_hand),
    ] {
        assert_eq!(requirement.kind(), RequirementKind::Alternatives);
        assert_eq!(
            requirement.alternatives(),
            [policies::Admin::REQUIREMENT, Member::REQUIREMENT]
        );
    }
    let _: Router<logto_runtime::GlobalLogto> = Routes::new()
        .get("/bill", bill)
        .get("/hand", by_hand)
        .get("/nested", nested)
        .into_router()
        .route("/policy", get(by_policy))
        .route("/invoices", get(Invoices::list));
}
