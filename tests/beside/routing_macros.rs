//! axum-typed-routing: the path is in a macro above the handler.

use axum::{Router, extract::State};
use axum_typed_routing::{TypedRouter as _, route};
use logto_runtime::{Guard, Logto};

use crate::support::{Read, assert_guarded, get as ask, reader, tenant};

#[route(GET "/products/{id}")]
async fn show(id: u64) -> String {
    format!("product {id}")
}

#[route(GET "/products/{id}" with Logto)]
async fn show_as_argument(id: u64, _: Guard<Read>, State(_): State<Logto>) -> String {
    format!("product {id}")
}

fn by_layer(logto: &Logto) -> Router {
    Router::new()
        .typed_route(show)
        .route_layer(logto.require::<Read>())
}

fn by_argument(logto: &Logto) -> Router {
    Router::new()
        .typed_route(show_as_argument)
        .with_state(logto.clone())
}

#[tokio::test]
async fn a_handler_of_a_routing_macro_is_guarded() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    for app in [by_layer(&logto), by_argument(&logto)] {
        let body = assert_guarded(&app, &tenant, "/products/7").await;
        assert_eq!(body, "product 7");
        let unparsed = ask(&app, "/products/x", Some(&reader(&tenant))).await;
        assert_eq!(unparsed.status(), 400);
    }
}

/// The macro parses the path before the other arguments of the handler. A guard can be one of these
/// arguments.
#[tokio::test]
async fn a_layer_decides_before_the_macro_parses_the_path() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    for (app, status) in [(by_layer(&logto), 401), (by_argument(&logto), 400)] {
        let answer = ask(&app, "/products/x", None).await;
        assert_eq!(answer.status(), status);
    }
}
