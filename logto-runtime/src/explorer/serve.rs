//! Answers requests for the explorer's page, and for the files of the page.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Extension, OriginalUri, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderValue, Uri,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
    uri::Authority,
};

use super::{
    Explorer,
    gate::{enter, is_loopback_authority},
    matrix::Matrix,
    page::{SCRIPT, STYLE, render, surroundings::Surroundings},
    paste,
};

/// The headers of every response. They forbid caching, framing, guessing the media type, loading from other
/// origins, and sending a referrer.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
    ),
    (CACHE_CONTROL, "no-store"),
    (X_FRAME_OPTIONS, "DENY"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
];

impl Explorer {
    /// Returns the router, to merge or to nest.
    pub fn into_router<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        router(self).with_state(())
    }
}

impl<S> From<Explorer> for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn from(explorer: Explorer) -> Self {
        explorer.into_router()
    }
}

/// Returns the routes of the explorer, behind the checks of `gate`.
fn router(explorer: Explorer) -> Router {
    let explorer = Arc::new(explorer);
    Router::new()
        .route("/", get(show).post(show_pasted))
        .route("/matrix.json", get(matrix))
        .route(
            "/explorer.css",
            get(async || file("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/explorer.js",
            get(async || file("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route_layer(from_fn_with_state(Arc::clone(&explorer), guard))
        .with_state(explorer)
}

async fn guard(State(explorer): State<Arc<Explorer>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut response = match enter(&mut parts, explorer.allow_remote).await {
        Ok(authority) => {
            parts.extensions.insert(Entered(authority));
            next.run(Request::from_parts(parts, body)).await
        }
        Err(closed) => (closed.status(), format!("{closed}\n")).into_response(),
    };
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// The authority that the request names. [`guard`] passes it to the handlers.
#[derive(Clone)]
struct Entered(Authority);

async fn show(
    State(explorer): State<Arc<Explorer>>,
    Extension(Entered(authority)): Extension<Entered>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    page(&explorer, &authority, &uri, None).await
}

async fn show_pasted(
    State(explorer): State<Arc<Explorer>>,
    Extension(Entered(authority)): Extension<Entered>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    match paste::token(&parts.headers, &authority, body).await {
        Ok(token) => page(&explorer, &authority, &uri, Some(token)).await,
        Err(refused) => (refused.status(), format!("{refused}\n")).into_response(),
    }
}

async fn matrix(State(explorer): State<Arc<Explorer>>) -> Response {
    let grid = explorer.grid(None).await;
    let json = Matrix::of(&grid).to_json();
    ([(CONTENT_TYPE, "application/json")], json).into_response()
}

async fn page(
    explorer: &Explorer,
    authority: &Authority,
    uri: &Uri,
    pasted: Option<String>,
) -> Response {
    let notice = pasted.is_some().then_some(
        "The first column is your token. Your browser sent it in a form, not in the address of this \
         page. So if you reload the page, your browser asks whether to send the form again.",
    );
    let grid = explorer.grid(pasted).await;
    let html = render(
        &grid,
        &Surroundings {
            base: &base(authority),
            files: &files(uri.path()),
            bodies: &explorer.bodies,
            has_tenant: explorer.has_tenant(),
            notice,
        },
    );
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// Returns the start of the URLs in the commands. Beyond the loopback interface, the commands send tokens over
/// TLS only.
fn base(authority: &Authority) -> String {
    let scheme = if is_loopback_authority(authority) {
        "http"
    } else {
        "https"
    };
    format!("{scheme}://{authority}")
}

/// Returns the relative path from the page to its files. For a page at `/explorer`, that is `explorer/`.
fn files(path: &str) -> String {
    match path.rsplit('/').next() {
        None | Some("") => String::new(),
        Some(last) => format!("{last}/"),
    }
}

fn file(media_type: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, media_type)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_wherever_the_explorer_is_nested() {
        for (page, expected) in [
            ("/", ""),
            ("/explorer", "explorer/"),
            ("/dev/explorer", "explorer/"),
            ("/explorer/", ""),
        ] {
            assert_eq!(files(page), expected, "{page}");
        }
    }
}
