//! The attribute recognises an argument by the name of its type, even if the program defines that type.

use logto_runtime::{Logto, require_scopes};
use web_framework::AppContext;

struct AuthInfo;

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
#[axum::debug_handler(state = AppContext)]
async fn list(_: AuthInfo) {}

fn main() {}
