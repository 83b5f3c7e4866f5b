//! The type in `credential = …` must implement `Credential` and `OptionalFromRequestParts`.

use logto_runtime::{require_any, require_auth};

#[require_auth]
struct Any;

struct ApiKey;

#[require_any(Any, credential = ApiKey)]
#[axum::debug_handler(state = logto_runtime::Logto)]
async fn list() {}

fn main() {}
