//! Tests what the explorer shows for handlers with arguments, on a router with the state of another crate:
//! `web_framework::AppContext`. A cell of the explorer shows what one caller gets from one route.

use super::*;

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_auth(state = AppContext, logto = logto_of)]
async fn caller(_: AuthInfo) {}

#[require_auth(state = AppContext, logto = logto_of)]
async fn perhaps_caller(_: Option<AuthInfo>) {}

/// The guard does not compare the organization of the token with the one in the path. The argument does.
#[require_auth(state = AppContext, logto = logto_of)]
async fn bound(_: OrganizationId) {}

#[require_auth(state = AppContext, logto = logto_of)]
async fn perhaps_bound(_: Option<OrganizationId>) {}

#[require_auth(state = AppContext, logto = logto_of)]
#[require_auth(subject = user, state = AppContext, logto = logto_of)]
async fn stacked(_: State<AppContext>, _: OrganizationId) {}

#[require_auth(state = AppContext, logto = logto_of)]
async fn planned(_: Claims<Plan>) {}

#[tokio::test]
async fn decided_cells_under_a_foreign_state_show_what_the_api_answers() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes = Routes::new()
        .get("/caller", caller)
        .get("/perhaps-caller", perhaps_caller)
        .get("/{organization_id}/bound", bound)
        .get("/{organization_id}/perhaps-bound", perhaps_bound)
        .get("/{organization_id}/stacked", stacked)
        .get("/planned", planned);
    let state = AppContext::with(logto.clone());
    let mut refused_by_an_argument = 0;
    for compared in compare(&tenant, &logto, routes, state).await {
        let told = (&compared.route, &compared.cell.title);
        match compared.shown() {
            ("undecided", 0) => {
                assert!(compared.route.contains("/planned"), "{told:?}");
                assert_eq!(compared.answered, 401, "{told:?}");
            }
            ("organization_mismatch", status) => {
                refused_by_an_argument += 1;
                assert_eq!(compared.answered, status, "{told:?}");
            }
            (_, status) => assert_eq!(compared.answered, status, "{told:?}"),
        }
    }
    assert!(refused_by_an_argument > 3, "{refused_by_an_argument}");
}
