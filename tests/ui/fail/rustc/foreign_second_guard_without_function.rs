//! If a function has two attributes, each of them needs `logto = …`.

use logto_runtime::{Logto, require_auth, require_scopes};
use web_framework::AppContext;

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
#[require_auth(subject = user)]
#[axum::debug_handler(state = AppContext)]
async fn list() {}

fn main() {}
