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
    _: impl FromRequestParts<logto_runtime::GlobalLogto> + Send,
    _: impl FromRequest<logto_runtime::GlobalLogto> + Send,
) -> impl IntoResponse {
    "products"
}

pub(crate) fn main() {
    // The types of `impl Trait` arguments cannot be named, so a closure calls the function.
    let _: Router<logto_runtime::GlobalLogto> = Router::new().route(
        "/",
        get(
            |a, b, state: State<logto_runtime::GlobalLogto>, request: Request<Body>| {
                list(a, b, state, request)
            },
        ),
    );
}
