#[logto_runtime::require_auth(subject = header("x-user"))]
async fn list() {}

fn main() {}
