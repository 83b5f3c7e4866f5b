use logto_runtime::{Routes, require_scopes};

#[require_scopes("read:products")]
async fn list() {}

async fn forgotten() {}

fn main() {
    let _: axum::Router = Routes::new()
        .get("/", list)
        .get("/forgotten", forgotten)
        .into_router();
}
