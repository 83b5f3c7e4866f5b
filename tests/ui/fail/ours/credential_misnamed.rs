#[logto_runtime::require_auth]
struct A;

#[logto_runtime::require_any(A, api_key = ApiKey)]
async fn list() {}

fn main() {}
