//! Tests that the middlewares around a guard see the rejections of the guard.

use actix::{Guarded, require};
use actix_web::{
    middleware::{DefaultHeaders, from_fn},
    test::call_service,
    web::{self, Data},
};
use logto_runtime::require_scopes;

use super::*;

#[require_scopes("read:products")]
struct Read;

async fn by_argument(_: Guarded<Read>) -> &'static str {
    "passed"
}

async fn open() -> &'static str {
    "passed"
}

#[actix_web::test]
async fn a_middleware_around_the_guard_adds_its_headers_to_rejections_too() {
    let (tenant, logto) = start();
    let app = App::new()
        .app_data(Data::new(logto))
        .wrap(DefaultHeaders::new().add(("x-around", "seen")))
        .route("/argument", web::get().to(by_argument))
        .service(
            web::resource("/resource")
                .wrap(from_fn(require::<Read>))
                .route(web::get().to(open)),
        )
        .service(
            web::scope("/scope")
                .wrap(from_fn(require::<Read>))
                .route("/inner", web::get().to(open)),
        )
        .route("/route", web::get().to(open).wrap(from_fn(require::<Read>)));
    let app = init_service(app).await;
    let token = tenant.token().user("alice");
    let good = token.scopes(["read:products"]).mint();
    for path in ["/argument", "/resource", "/scope/inner", "/route"] {
        for (token, status) in [(good.as_str(), 200), ("not-a-token", 401)] {
            let header = format!("Bearer {token}");
            let answer = call_service(&app, get(path, &[&header]).to_request()).await;
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(answer.headers().get("x-around").unwrap(), "seen", "{path}");
        }
    }
}
