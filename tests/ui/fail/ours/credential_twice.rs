#[logto_runtime::require_auth]
struct A;

#[logto_runtime::require_any(A, credential = ApiKey, credential = Session)]
async fn list() {}

fn main() {}
