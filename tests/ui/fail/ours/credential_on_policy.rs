#[logto_runtime::require_auth]
struct A;

struct ApiKey;

#[logto_runtime::require_any(A, credential = ApiKey)]
struct B;

fn main() {}
