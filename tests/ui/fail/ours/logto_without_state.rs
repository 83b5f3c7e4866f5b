#[logto_runtime::require_auth(logto = logto_of)]
async fn list() {}

fn logto_of() {}

fn main() {}
