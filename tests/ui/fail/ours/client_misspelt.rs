#[logto_runtime::require_auth(client_id = "a")]
async fn list() {}

fn main() {}
