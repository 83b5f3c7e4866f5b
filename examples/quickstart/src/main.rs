//! The smallest guarded API: `cargo run -p quickstart`, then paste what it prints.

use axum::{Json, Router, routing::get};
use logto_runtime::{AuthInfo, Logto, require_scopes, test_util::TestTenant};

#[require_scopes("read:products")]
async fn products(auth: AuthInfo) -> Json<[String; 2]> {
    Json([
        "a product".to_owned(),
        format!("read by {}", auth.subject()),
    ])
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With LOGTO_ENDPOINT and LOGTO_RESOURCE set, your tenant; else one in this process.
    let resource = ("https://api.example.com/products", ["read:products"]);
    let (logto, token, _tenant) = if std::env::var_os("LOGTO_ENDPOINT").is_some() {
        (Logto::from_env()?, "$TOKEN".to_owned(), None)
    } else {
        let tenant = TestTenant::builder()
            .resource(resource.0, resource.1)
            .start();
        let token = tenant.token().user("alice").scopes(resource.1).mint();
        (tenant.logto().build()?, token, Some(tenant))
    };
    logto.warm_up().await?;

    let app = Router::new()
        .route("/api/products", get(products))
        .with_state(logto);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!(
        "curl -i http://{}/api/products -H \"Authorization: Bearer {token}\"",
        listener.local_addr()?
    );
    axum::serve(listener, app).await?;
    Ok(())
}
