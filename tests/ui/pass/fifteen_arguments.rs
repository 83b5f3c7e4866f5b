use axum::{Router, extract::State, routing::get};
use logto_runtime::{require_auth, require_org_scopes, require_scopes};

#[require_scopes("read:products")]
async fn fifteen(
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
) {
}

#[require_scopes("read:products")]
#[require_auth]
#[require_org_scopes("read:data", org = token)]
async fn thirteen(
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
) {
}

/// Groups arguments, as the error about too many arguments advises.
#[require_auth]
async fn in_a_tuple(
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    _: State<logto_runtime::GlobalLogto>,
    (_, _): (
        State<logto_runtime::GlobalLogto>,
        State<logto_runtime::GlobalLogto>,
    ),
) {
}

pub(crate) fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/fifteen", get(fifteen))
        .route("/thirteen", get(thirteen))
        .route("/tuple", get(in_a_tuple));
}
