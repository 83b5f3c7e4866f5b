use axum::{Router, extract::State, routing::get};
use logto_runtime::{require_auth, require_scopes};

#[require_scopes("read:products")]
#[require_auth]
async fn list(
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
    _: State<logto_runtime::Logto>,
) {
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
