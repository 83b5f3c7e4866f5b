use logto_runtime::{require_any, require_org_scopes, require_scopes};

#[require_scopes("admin")]
struct Admin;

#[require_org_scopes("write:settings")]
struct Manager;

#[require_any(Admin, Manager)]
async fn settings() {}

fn main() {}
