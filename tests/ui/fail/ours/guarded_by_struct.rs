#[logto_runtime::guarded_by("API key")]
struct ApiKey;

fn main() {}
