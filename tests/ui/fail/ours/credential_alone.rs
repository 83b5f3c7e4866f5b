#[logto_runtime::require_any(credential = ApiKey)]
async fn list() {}

fn main() {}
