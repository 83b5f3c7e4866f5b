use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRef, State},
    routing::get,
};
use logto_runtime::{Logto, require_any, require_auth, require_scopes};

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
}

mod state {
    #[derive(Clone)]
    pub struct Shared<T>(pub T);
}

impl FromRef<state::Shared<Arc<App>>> for Logto {
    fn from_ref(shared: &state::Shared<Arc<App>>) -> Self {
        shared.0.logto.clone()
    }
}

#[require_auth]
struct A;

#[require_scopes("a")]
struct B;

#[require_scopes("read:products", state = App)]
async fn list() {}

#[require_any(A, B, state = state::Shared<Arc<App>>)]
#[require_auth(state = state::Shared<Arc<App>>)]
async fn shared(State(_): State<state::Shared<Arc<App>>>) {}

#[require_auth(state = logto_runtime::GlobalLogto)]
async fn global() {}

pub(crate) fn main() {
    let _: Router<App> = Router::new().route("/", get(list));
    let _: Router<state::Shared<Arc<App>>> = Router::new().route("/", get(shared));
    let _: Router<logto_runtime::GlobalLogto> = Router::new().route("/", get(global));
}
