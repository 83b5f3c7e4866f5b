#[logto_runtime::guarded_by("API key", "session")]
async fn list() {}

fn main() {}
