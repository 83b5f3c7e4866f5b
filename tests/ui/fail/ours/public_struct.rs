use axum::{Router, routing::get};
use logto_runtime::{Guard, public};

#[public]
struct Everyone;

async fn list(_: Guard<Everyone>) {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
