#[logto_runtime::guarded_by(" ")]
async fn list() {}

fn main() {}
