#[logto_runtime::require_auth(subject = path("{user_id}"))]
async fn list() {}

fn main() {}
