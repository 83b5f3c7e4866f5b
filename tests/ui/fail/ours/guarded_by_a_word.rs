#[logto_runtime::guarded_by(api_key)]
async fn list() {}

fn main() {}
