use logto_runtime::{require_scopes, routes::Routes};

#[require_scopes("read:products")]
async fn list() {}

async fn forgotten() {}

fn main() {
    let _: axum::Router<logto_runtime::Logto> = Routes::new()
        .get("/", list)
        .get("/forgotten", forgotten)
        .into_router();
}
