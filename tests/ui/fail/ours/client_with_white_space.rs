#[logto_runtime::require_auth(client = "my spa")]
async fn list() {}

fn main() {}
