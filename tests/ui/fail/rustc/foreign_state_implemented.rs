//! The orphan rule: a program can't give a `Logto` to a state of another crate.

use axum::extract::FromRef;
use logto_runtime::Logto;
use web_framework::AppContext;

impl FromRef<AppContext> for Logto {
    fn from_ref(ctx: &AppContext) -> Self {
        ctx.get().unwrap()
    }
}

fn main() {}
