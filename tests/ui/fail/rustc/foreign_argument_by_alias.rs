//! The attribute recognises an argument by the name of its type. An alias hides this name.

use logto_runtime::{AuthInfo, Logto, require_scopes};
use web_framework::AppContext;

type Caller = AuthInfo;

fn logto_of(ctx: &AppContext) -> Option<Logto> {
    ctx.get()
}

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
#[axum::debug_handler(state = AppContext)]
async fn list(_: Caller) {}

fn main() {}
