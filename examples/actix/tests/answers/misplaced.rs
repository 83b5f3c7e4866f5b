//! A guard of a handler sees all path parameters. A guard around a `web::scope` does not see the parameters
//! of the resources inside. This guard answers 500 if its policy may need these parameters.

use actix::{Guarded, require};
use actix_web::{middleware::from_fn, web};
use logto_runtime::{require_org_permission, require_scopes};

use super::*;

#[require_org_permission("invite:member")]
struct Invite;

#[require_scopes("read:products")]
struct Read;

async fn guarded(_: Guarded<Invite>) -> &'static str {
    "passed"
}

async fn global(_: Guarded<Read>) -> &'static str {
    "passed"
}

async fn open() -> &'static str {
    "passed"
}

/// Returns an organization token of a member of acme, and a token of the same user with a global scope.
fn tokens(tenant: &TestTenant) -> (String, String) {
    let alice = || tenant.token().user("alice");
    let member = alice().organization("acme").scopes(["invite:member"]);
    (member.mint(), alice().scopes(["read:products"]).mint())
}

/// Each resource here has two patterns, and only the second pattern has a parameter. actix-web does not tell
/// the guard around the scope which pattern matches.
#[actix_web::test]
async fn a_guard_of_a_handler_compares_the_organization_but_one_around_a_web_scope_answers_500() {
    let (tenant, logto) = start();
    let both = ["/members", "/{organization_id}/members"];
    let app = App::new()
        .app_data(Data::new(logto))
        .service(
            web::scope("/around")
                .wrap(from_fn(require::<Invite>))
                .service(web::resource(both).route(web::get().to(open))),
        )
        .service(web::scope("/inside").service(web::resource(both).route(web::get().to(guarded))));
    let app = init_service(app).await;
    let (member, _) = tokens(&tenant);
    for (path, status) in [
        ("/around/acme/members", 500),
        ("/around/globex/members", 500),
        ("/inside/members", 200),
        ("/inside/acme/members", 200),
        ("/inside/globex/members", 403),
    ] {
        let request = get(path, &[&format!("Bearer {member}")]).to_request();
        let (answered, ..) = answer(respond(&app, request).await).await;
        assert_eq!(answered, status, "{path}");
    }
}

#[actix_web::test]
async fn a_global_guard_on_a_path_that_names_an_organization_answers_500() {
    let (tenant, logto) = start();
    let app = App::new()
        .app_data(Data::new(logto))
        .service(
            web::scope("/named/{organization_id}")
                .wrap(from_fn(require::<Read>))
                .route("/list", web::get().to(open)),
        )
        .route("/global/{organization_id:[a-z]{4}}", web::get().to(global));
    let app = init_service(app).await;
    let (_, user) = tokens(&tenant);
    for path in ["/named/acme/list", "/global/acme"] {
        let request = get(path, &[&format!("Bearer {user}")]).to_request();
        let (answered, ..) = answer(respond(&app, request).await).await;
        assert_eq!(answered, 500, "{path}");
    }
}

/// In the first case, the guard does not see `organization_id` yet. In the second, the parameter has another
/// name. In the third, the path names an organization, but the policy has global scopes.
#[actix_web::test]
async fn a_guard_that_cannot_compare_the_organization_answers_500() {
    let (tenant, logto) = start();
    let app = App::new().app_data(Data::new(logto)).service(
        web::scope("/scope/{tenant}")
            .wrap(from_fn(require::<Invite>))
            .route("/{organization_id}", web::get().to(open)),
    );
    let app = app
        .route("/other/{tenant}", web::get().to(guarded))
        .route("/global/{organization_id}", web::get().to(global));
    let app = init_service(app).await;
    let (member, user) = tokens(&tenant);
    for (path, token) in [
        ("/scope/acme/globex", &member),
        ("/other/acme", &member),
        ("/global/acme", &user),
    ] {
        let request = get(path, &[&format!("Bearer {token}")]).to_request();
        let expected = refused(500, "Authorization is misconfigured", None);
        assert_eq!(
            answer(respond(&app, request).await).await,
            expected,
            "{path}"
        );
    }
}

#[actix_web::test]
async fn an_app_without_a_logto_answers_500() {
    let app = init_service(App::new().configure(routes)).await;
    let response = respond(&app, get("/products", &[]).to_request()).await;
    assert_eq!(response.status(), 500);
}
