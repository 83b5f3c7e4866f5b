#[logto_runtime::guarded_by("API key")]
mod handlers {}

fn main() {}
