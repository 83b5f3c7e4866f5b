//! Serves the API of this example. Run `cargo run -p actix`, then run the commands that it prints.

use std::{env, error::Error, process::ExitCode};

use actix::{embedded, routes};
use actix_web::{App, HttpServer, web::Data};
use logto_runtime::Logto;

#[actix_web::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("actix: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    // If LOGTO_ENDPOINT is set and not empty, uses your tenant, and LOGTO_RESOURCE must be set too. Otherwise,
    // starts a tenant in this process.
    let remote = env::var_os("LOGTO_ENDPOINT").is_some_and(|endpoint| !endpoint.is_empty());
    let tenant = (!remote).then(embedded);
    let (logto, read, invite) = match &tenant {
        Some(tenant) => {
            let alice = || tenant.token().user("alice");
            let read = alice().scopes(["read:products"]).mint();
            let invite = alice()
                .organization("acme")
                .scopes(["invite:member"])
                .mint();
            (tenant.logto().build()?, read, invite)
        }
        None => (Logto::from_env()?, "$TOKEN".to_owned(), "$TOKEN".to_owned()),
    };
    logto.warm_up().await?;
    let data = Data::new(logto);
    let server = HttpServer::new(move || App::new().app_data(data.clone()).configure(routes))
        .bind(("127.0.0.1", 0))?;
    for address in server.addrs() {
        println!("curl -i http://{address}/products -H \"Authorization: Bearer {read}\"");
        let members = format!("http://{address}/organizations/acme/members");
        println!("curl -i -X POST {members} -H \"Authorization: Bearer {invite}\"");
        println!("# 401\ncurl -i http://{address}/products");
    }
    println!("listening");
    Ok(server.run().await?)
}
