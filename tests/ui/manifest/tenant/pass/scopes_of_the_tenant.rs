use axum::{Router, routing::get};
use logto_runtime::{require_auth, require_org_permission, require_org_scopes, require_scopes};

#[require_scopes("read:products", any("write:products", "write:orders"))]
async fn list() {}

#[require_scopes("read:orders", resource = "products")]
async fn by_name() {}

#[require_scopes(
    "read:reports",
    "write:settings",
    resource = "https://api.example.com/reports"
)]
async fn by_indicator() {}

#[require_org_scopes("read:data", resource = "org", org = token)]
#[require_org_permission(all("invite:member", "manage:billing"), org = token)]
#[require_auth]
#[require_auth(resource = "org")]
async fn stacked() {}

fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/", get(list))
        .route("/name", get(by_name))
        .route("/indicator", get(by_indicator))
        .route("/stacked", get(stacked));
}
