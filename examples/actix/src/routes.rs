//! The routes, and the policy of each.

use actix_web::{
    middleware::from_fn,
    web::{ServiceConfig, get, post, resource},
};
use logto_runtime::{require_org_permission, require_scopes};

use crate::guarded::{Guarded, require};

#[require_scopes("read:products")]
struct ReadProducts;

#[require_scopes("write:products")]
struct WriteProducts;

#[require_org_permission("invite:member")]
struct InviteMember;

/// The routes. The app must have `web::Data<Logto>`.
pub fn routes(config: &mut ServiceConfig) {
    // Guarded by an extractor, which gives the handler the caller.
    config.route("/products", get().to(products));
    config.route(
        "/organizations/{organization_id}/members",
        post().to(invite),
    );
    // Guarded by a middleware, before the body is read.
    let adding = resource("/additions").wrap(from_fn(require::<WriteProducts>));
    config.service(adding.route(post().to(add)));
}

async fn products(Guarded(caller): Guarded<ReadProducts>) -> String {
    format!("{} may read products\n", caller.subject())
}

async fn add(body: String) -> String {
    format!("added {body}\n")
}

async fn invite(Guarded(caller): Guarded<InviteMember>) -> Option<String> {
    let organization = caller.organization()?;
    Some(format!(
        "{} may invite members to {organization}\n",
        caller.subject()
    ))
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        http::{StatusCode, header::AUTHORIZATION},
        test::{TestRequest, init_service, try_call_service},
        web::Data,
    };
    use logto_runtime::test_util::TestTenant;

    #[actix_web::test]
    async fn only_callers_with_the_scope_read_products() {
        let tenant = TestTenant::builder()
            .resource("https://api.example.com/products", ["read:products"])
            .start();
        let logto = Data::new(tenant.logto().build().unwrap());
        let app = init_service(App::new().app_data(logto).configure(super::routes)).await;
        let alice = || tenant.token().user("alice");
        let reader = alice().scopes(["read:products"]).mint();
        for (token, status) in [
            (reader, StatusCode::OK),
            (alice().mint(), StatusCode::FORBIDDEN),
            ("not-a-token".to_owned(), StatusCode::UNAUTHORIZED),
        ] {
            let request = TestRequest::get()
                .uri("/products")
                .insert_header((AUTHORIZATION, format!("Bearer {token}")))
                .to_request();
            let answered = match try_call_service(&app, request).await {
                Ok(response) => response.status(),
                Err(error) => error.as_response_error().status_code(),
            };
            assert_eq!(answered, status);
        }
    }
}
