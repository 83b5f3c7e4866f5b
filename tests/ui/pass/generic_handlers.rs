use std::marker::PhantomData;

use axum::{
    Json, Router,
    extract::{FromRef, FromRequestParts, State},
    http::request::Parts,
    routing::get,
};
use logto_runtime::{Logto, require_auth, require_scopes};

trait Repository: Clone + Send + Sync + 'static {
    type Product: serde::Serialize + Send;
    fn products(&self) -> Vec<Self::Product>;
}

#[derive(Clone)]
struct InMemory;

impl Repository for InMemory {
    type Product = &'static str;

    fn products(&self) -> Vec<&'static str> {
        vec!["lamp"]
    }
}

#[derive(Clone)]
struct App<R> {
    logto: Logto,
    repository: R,
}

impl<R> FromRef<App<R>> for Logto {
    fn from_ref(app: &App<R>) -> Self {
        app.logto.clone()
    }
}

struct Page<T, const SIZE: usize>(PhantomData<T>);

impl<S: Sync, T, const SIZE: usize> FromRequestParts<S> for Page<T, SIZE> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(PhantomData))
    }
}

#[require_scopes("read:products")]
#[require_auth]
async fn list<R, const SIZE: usize>(
    _: Page<R, SIZE>,
    State(app): State<App<R>>,
) -> Json<Vec<R::Product>>
where
    R: Repository,
    Vec<R::Product>: serde::Serialize,
{
    Json(app.repository.products().into_iter().take(SIZE).collect())
}

fn router<R: Repository>(app: App<R>) -> Router {
    Router::new().route("/", get(list::<R, 20>)).with_state(app)
}

pub(crate) fn main() {
    let _ = router::<InMemory>;
}
