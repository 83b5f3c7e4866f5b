#[logto_runtime::require_auth(subject = "user_id")]
async fn list() {}

fn main() {}
