//! `leptos_axum::extract` asks for an extractor with the state `()`, as this function does.

use axum::extract::FromRequestParts;
use logto_runtime::AuthInfo;

async fn extract<T: FromRequestParts<()>>() -> T {
    unreachable!("only compiled")
}

async fn subject() -> String {
    let auth: AuthInfo = extract().await;
    auth.subject().to_owned()
}

fn main() {
    let _ = subject();
}
