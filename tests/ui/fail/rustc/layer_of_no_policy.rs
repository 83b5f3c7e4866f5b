use axum::Router;
use logto_runtime::Logto;

struct ReadProducts;

fn router(logto: &Logto) -> Router {
    Router::new().route_layer(logto.require::<ReadProducts>())
}

fn main() {
    let _ = router;
}
