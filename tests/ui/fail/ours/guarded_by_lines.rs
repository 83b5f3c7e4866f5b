#[logto_runtime::guarded_by("API\nkey")]
async fn list() {}

fn main() {}
