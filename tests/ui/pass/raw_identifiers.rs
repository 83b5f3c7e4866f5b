use axum::{Router, extract::State, routing::get};
use logto_runtime::{Guard, require_auth, require_scopes};

mod r#mod {
    #[logto_runtime::require_scopes("read:products")]
    pub async fn r#type(r#in: axum::extract::State<()>) {
        let axum::extract::State(()) = r#in;
    }
}

#[require_scopes("read:products")]
#[require_auth]
async fn r#async(State(r#struct): State<()>) {
    let () = r#struct;
}

#[require_auth]
struct r#Enum;

async fn account(_: Guard<r#Enum>) {}

fn main() {
    let _: Router = Router::new()
        .route("/type", get(r#mod::r#type))
        .route("/async", get(r#async))
        .route("/account", get(account));
}
