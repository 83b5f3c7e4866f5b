use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
async fn question_mark(Path(id): Path<String>) -> Result<Json<u32>, (StatusCode, String)> {
    let id: u32 = id
        .parse()
        .map_err(|error| (StatusCode::BAD_REQUEST, format!("{error}")))?;
    Ok(Json(id))
}

#[require_scopes("read:products")]
async fn early_return(Path(id): Path<u32>) -> Response {
    if id == 0 {
        return StatusCode::NOT_FOUND.into_response();
    }
    let later = async move { id };
    later.await.to_string().into_response()
}

#[require_scopes("read:products")]
async fn items_inside() -> String {
    struct Local(u32);

    impl Local {
        fn new() -> Self {
            Self(7)
        }
    }

    macro_rules! number {
        () => {
            Local::new().0
        };
    }

    #[require_scopes("write:products")]
    async fn nested() {}

    let _ = nested;
    number!().to_string()
}

#[require_scopes("read:products")]
async fn never_returns() -> &'static str {
    loop {
        std::future::pending::<()>().await;
    }
}

pub(crate) fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/question/{id}", get(question_mark))
        .route("/early/{id}", get(early_return))
        .route("/items", get(items_inside))
        .route("/never", get(never_returns));
}
