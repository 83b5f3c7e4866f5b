use axum::{Router, routing::get};
use logto_runtime::{require_any, require_scopes};

#[require_scopes("admin")]
struct Admin;

struct Member;

#[require_any(Admin, Member)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
