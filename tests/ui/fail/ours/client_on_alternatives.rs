#[logto_runtime::require_auth]
struct A;

#[logto_runtime::require_auth(subject = user)]
struct B;

#[logto_runtime::require_any(A, B, client = "my-spa")]
async fn list() {}

fn main() {}
