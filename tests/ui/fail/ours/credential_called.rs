#[logto_runtime::require_auth]
struct A;

#[logto_runtime::require_any(A, credential = ApiKey("x-api-key"))]
async fn list() {}

fn main() {}
