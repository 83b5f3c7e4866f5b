#[logto_runtime::require_auth(client = "a", client = "b")]
async fn list() {}

fn main() {}
