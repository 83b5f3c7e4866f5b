use axum::{Router, routing::get};
use logto_runtime::{Logto, TokenOr, require_auth, routes::Routes};

#[require_auth]
struct Any;

struct ApiKey;

async fn list(_: TokenOr<Any, ApiKey>) {}

fn main() {
    let _: Router<Logto> = Router::new().route("/", get(list));
    let _: Routes<Logto> = Routes::new().get("/", list);
}
