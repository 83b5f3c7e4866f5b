//! The orphan rule forbids this `impl`: the program defines neither `AppContext` nor `Logto`.

use axum::extract::FromRef;
use logto_runtime::Logto;
use web_framework::AppContext;

impl FromRef<AppContext> for Logto {
    fn from_ref(ctx: &AppContext) -> Self {
        ctx.get().unwrap()
    }
}

fn main() {}
