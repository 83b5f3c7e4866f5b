//! Functions of `from_fn` get the state `()`, not the router's. `from_fn_with_state` works.

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use logto_runtime::{AuthInfo, Logto};

async fn audit(auth: AuthInfo, request: Request, next: Next) -> Response {
    println!("{}", auth.subject());
    next.run(request).await
}

fn app(logto: Logto) -> Router {
    Router::new()
        .route("/", get(async || "[]"))
        .layer(from_fn(audit))
        .with_state(logto)
}

fn main() {}
