//! The smallest guarded API. Run `cargo run -p quickstart`, then paste the command that it prints.

use std::{env, error::Error, process::ExitCode};

use axum::{Router, routing::get};
use logto_runtime::{AuthInfo, Logto, require_scopes, test_util::TestTenant};
use tokio::net::TcpListener;

#[require_scopes("read:products")]
async fn products(auth: AuthInfo) -> String {
    format!("{} may read products\n", auth.subject())
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    // If LOGTO_ENDPOINT is set and not empty, uses your tenant, and LOGTO_RESOURCE must be set too. Otherwise,
    // starts a tenant in this process.
    let remote = env::var_os("LOGTO_ENDPOINT").is_some_and(|endpoint| !endpoint.is_empty());
    let embedded = (!remote).then(|| {
        let resource = "https://api.example.com/products";
        TestTenant::builder()
            .resource(resource, ["read:products"])
            .start()
    });
    let (logto, token) = match &embedded {
        Some(tenant) => {
            let alice = tenant.token().user("alice").scopes(["read:products"]);
            (tenant.logto().build()?, alice.mint())
        }
        None => (Logto::from_env()?, "$TOKEN".to_owned()),
    };
    logto.warm_up().await?;

    let app = Router::new()
        .route("/products", get(products))
        .with_state(logto);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let products = format!("http://{}/products", listener.local_addr()?);
    println!("curl -i {products} -H \"Authorization: Bearer {token}\"");
    Ok(axum::serve(listener, app).await?)
}
