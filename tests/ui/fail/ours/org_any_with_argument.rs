use logto_runtime::require_scopes;

#[require_scopes("admin", org = any("acme"))]
async fn admin() {}

#[require_scopes("admin", org = path("organization_id"))]
async fn in_path() {}

#[require_scopes("admin", org = "any")]
async fn quoted() {}

#[require_scopes("admin", org = every)]
async fn misspelt() {}

fn main() {}
