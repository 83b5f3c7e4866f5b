//! Each of two attributes needs the function.

use framework::AppContext;
use logto_runtime::{Logto, require_auth, require_scopes};

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
#[require_auth(subject = user)]
#[axum::debug_handler(state = AppContext)]
async fn list() {}

fn main() {}
