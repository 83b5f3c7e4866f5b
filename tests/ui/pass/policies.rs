use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use logto_runtime::{
    Guard, Logto, Policy,
    policy::{Requirement, ScopeExpr},
    require_org_permission, require_scopes,
};

#[require_scopes("write:orders")]
#[derive(Debug)]
pub struct WriteOrders;

mod organization {
    #[logto_runtime::require_org_permission("manage:billing")]
    pub(crate) struct ManageBilling;
}

#[require_org_permission("invite:member")]
struct Invite;

struct Orders;

impl Orders {
    async fn create(_: Guard<WriteOrders>, State(logto): State<Logto>) -> Self {
        let _ = logto;
        Self
    }

    async fn bill(_: Guard<organization::ManageBilling>) {}
}

fn router(logto: Logto) -> Router {
    Router::new()
        .route(
            "/orders",
            post(async |guard, state| drop(Orders::create(guard, state).await)),
        )
        .route("/bill", post(Orders::bill))
        .route("/invite", get(async |_: Guard<Invite>| ()))
        .route_layer(logto.require::<WriteOrders>())
        .with_state(logto)
}

pub(crate) fn main() {
    assert_eq!(
        WriteOrders::REQUIREMENT,
        Requirement::scopes(ScopeExpr::One("write:orders"))
    );
    let _ = router;
}
