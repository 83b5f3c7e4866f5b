use std::borrow::Cow;

use axum::{Router, extract::State, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
async fn borrowed<'a>(State(()): State<()>) -> Cow<'a, str> {
    Cow::Borrowed("products")
}

#[require_scopes("read:products")]
async fn bounded<'a, 'b: 'a>(State(()): State<()>) -> Result<Cow<'a, str>, Cow<'b, str>>
where
    'b: 'a,
{
    Ok(Cow::Borrowed("products"))
}

fn main() {
    let _: Router = Router::new()
        .route("/borrowed", get(borrowed))
        .route("/bounded", get(bounded));
}
