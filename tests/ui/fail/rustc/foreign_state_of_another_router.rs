//! The state in the attribute is not the state of the router.

use logto_runtime::{Logto, require_scopes};
use web_framework::AppContext;

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
#[axum::debug_handler(state = String)]
async fn list() {}

fn main() {}
