use axum::Router;
use logto_runtime::Logto;

struct ReadProducts;

fn router(logto: &Logto) -> Router {
    let layer = logto.require::<ReadProducts>();
    Router::new().route_layer(layer)
}

fn main() {
    let _ = router;
}
