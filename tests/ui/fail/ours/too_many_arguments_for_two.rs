use axum::{Router, extract::State, routing::get};
use logto_runtime::{require_auth, require_scopes};

#[require_scopes("read:products")]
#[require_auth]
async fn list(
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
    _: State<()>,
) {
}

fn main() {
    let _: Router = Router::new().route("/", get(list));
}
