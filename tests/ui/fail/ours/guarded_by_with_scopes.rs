#[logto_runtime::guarded_by("API key", resource = "products")]
async fn list() {}

fn main() {}
