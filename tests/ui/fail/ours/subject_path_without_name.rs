#[logto_runtime::require_auth(subject = path)]
async fn list() {}

fn main() {}
