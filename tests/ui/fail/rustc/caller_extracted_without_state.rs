//! Like `leptos_axum::extract`, this `extract` needs an extractor for the state `()`.

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
