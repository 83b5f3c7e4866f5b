#[logto_runtime::public(logto = logto_of)]
async fn list() {}

fn main() {}
