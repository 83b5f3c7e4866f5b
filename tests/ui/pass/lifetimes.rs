use std::borrow::Cow;

use axum::{Router, extract::State, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
async fn borrowed<'a>(State(_): State<logto_runtime::GlobalLogto>) -> Cow<'a, str> {
    Cow::Borrowed("products")
}

#[require_scopes("read:products")]
async fn bounded<'a, 'b: 'a>(
    State(_): State<logto_runtime::GlobalLogto>,
) -> Result<Cow<'a, str>, Cow<'b, str>>
where
    'b: 'a,
{
    Ok(Cow::Borrowed("products"))
}

pub(crate) fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/borrowed", get(borrowed))
        .route("/bounded", get(bounded));
}
