use axum::{Router, routing::get};
use logto_runtime::{require_any, require_auth};

#[require_auth]
struct P1;
#[require_auth]
struct P2;
#[require_auth]
struct P3;
#[require_auth]
struct P4;
#[require_auth]
struct P5;
#[require_auth]
struct P6;
#[require_auth]
struct P7;
#[require_auth]
struct P8;
#[require_auth]
struct P9;

#[require_any(P1, P2, P3, P4, P5, P6, P7, P8, P9)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
