#[logto_runtime::require_scopes("read:models", credential = ApiKey)]
async fn list() {}

fn main() {}
