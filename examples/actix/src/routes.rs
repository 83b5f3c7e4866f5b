//! The routes, and the policy of each.

use actix_web::{
    middleware::from_fn,
    web::{ServiceConfig, get, post, resource},
};
use logto_runtime::{require_auth, require_org_permission, require_scopes};

use crate::guarded::{Guarded, MaybeGuarded, require};

#[require_auth]
struct AnyCaller;

#[require_scopes("read:products")]
struct ReadProducts;

#[require_scopes("write:products")]
struct WriteProducts;

#[require_org_permission("invite:member")]
struct InviteMember;

/// Adds the routes to an app, which must have `web::Data<Logto>`.
pub fn routes(config: &mut ServiceConfig) {
    // These routes are guarded by an extractor, which gives the caller to the handler.
    config.route("/", get().to(greet));
    config.route(
        "/organizations/{organization_id}/members",
        post().to(invite),
    );
    // `products` is guarded by an extractor, and `add` by a middleware before the body is read.
    config.service(
        resource("/products")
            .route(get().to(products))
            .route(post().to(add).wrap(from_fn(require::<WriteProducts>))),
    );
}

async fn greet(MaybeGuarded(caller): MaybeGuarded<AnyCaller>) -> String {
    let name = caller
        .as_ref()
        .map_or("stranger", |caller| caller.subject());
    format!("hello, {name}\n")
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
        http::{Method, header::AUTHORIZATION},
        test::{TestRequest, call_service, init_service, read_body},
        web::Data,
    };
    use logto_runtime::test_util::TestTenant;

    #[actix_web::test]
    async fn each_route_refuses_a_token_that_does_not_meet_its_policy() {
        let tenant = TestTenant::builder()
            .resource("https://api.example.com/products", ["read:products"])
            .organization("acme")
            .organization_permissions(["invite:member"])
            .start();
        let logto = Data::new(tenant.logto().build().unwrap());
        // Add the `Data` that your own handlers need.
        let app = init_service(App::new().app_data(logto).configure(super::routes)).await;

        let alice = || tenant.token().user("alice");
        let reader = alice().scopes(["read:products"]).mint();
        let member = alice()
            .organization("acme")
            .scopes(["invite:member"])
            .mint();
        let acme = "/organizations/acme/members";
        for (method, path, token, status) in [
            (Method::GET, "/products", reader.as_str(), 200),
            (Method::GET, "/products", &alice().mint(), 403),
            (Method::GET, "/products", "not-a-token", 401),
            (Method::POST, "/products", &reader, 403),
            (Method::POST, acme, &member, 200),
            (Method::POST, "/organizations/globex/members", &member, 403),
            (Method::GET, "/", "not-a-token", 401),
        ] {
            let request = TestRequest::with_uri(path)
                .method(method)
                .insert_header((AUTHORIZATION, format!("Bearer {token}")))
                .to_request();
            let answer = call_service(&app, request).await;
            assert_eq!(answer.status(), status, "{path} {token}");
        }
        let stranger = call_service(&app, TestRequest::get().to_request()).await;
        assert_eq!(read_body(stranger).await, "hello, stranger\n");
    }
}
