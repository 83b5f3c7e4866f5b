#[logto_runtime::guarded_by("API key")]
#[logto_runtime::public]
async fn list() {}

fn main() {}
