use axum::{Router, extract::State, routing::get};
use logto_runtime::{GlobalLogto, Guard, require_auth, require_scopes};

mod r#mod {
    #[logto_runtime::require_scopes("read:products")]
    pub async fn r#type(r#in: axum::extract::State<logto_runtime::GlobalLogto>) {
        let axum::extract::State(_) = r#in;
    }
}

#[require_scopes("read:products")]
#[require_auth]
async fn r#async(State(r#struct): State<logto_runtime::GlobalLogto>) {
    let GlobalLogto = r#struct;
}

#[require_auth]
struct r#Enum;

async fn account(_: Guard<r#Enum>) {}

pub(crate) fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/type", get(r#mod::r#type))
        .route("/async", get(r#async))
        .route("/account", get(account));
}
