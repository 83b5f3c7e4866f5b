#[logto_runtime::public]
#[logto_runtime::guarded_by("API key")]
async fn list() {}

fn main() {}
