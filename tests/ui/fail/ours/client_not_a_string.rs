#[logto_runtime::require_auth(client = my_spa)]
async fn list() {}

fn main() {}
