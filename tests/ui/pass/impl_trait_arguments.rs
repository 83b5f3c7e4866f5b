use axum::{
    Router,
    body::Body,
    extract::{FromRequest, FromRequestParts, State},
    http::Request,
    response::IntoResponse,
    routing::get,
};
use logto_runtime::{require_auth, require_scopes};

#[require_scopes("read:products")]
#[require_auth]
async fn list(
    _: impl FromRequestParts<()> + Send,
    _: impl FromRequest<()> + Send,
) -> impl IntoResponse {
    "products"
}

fn main() {
    // A function with `impl Trait` arguments can't be named with its types; a call can.
    let _: Router = Router::new().route(
        "/",
        get(|a, b, state: State<()>, request: Request<Body>| list(a, b, state, request)),
    );
}
