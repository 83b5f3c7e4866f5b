#[logto_runtime::require_auth(client = "")]
async fn list() {}

fn main() {}
