//! Runs the MCP server. Run `cargo run -p mcp`, then paste the commands that it prints.

use std::{env, error::Error, ffi::OsString, io, net::Ipv4Addr, process::ExitCode};

use logto_runtime::Logto;
use mcp::{app, embedded};
use tokio::net::TcpListener;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

#[tokio::main]
async fn main() -> ExitCode {
    log_refusals();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mcp: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let port = match variable("PORT")? {
        Some(port) => port
            .parse()
            .map_err(|_| format!("PORT is {port:?}; set it to a port, a number from 0 to 65535"))?,
        None => 3000,
    };
    let remote = variable("LOGTO_ENDPOINT")?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| {
            format!("cannot listen on 127.0.0.1:{port}: {error}; set PORT to a free port")
        })?;
    // The resource must be the address that clients use, because clients refuse metadata of a different
    // resource.
    let address = format!("http://{}", listener.local_addr()?);
    let resource = format!("{address}/mcp");

    // If LOGTO_ENDPOINT is set and not empty, uses your tenant. Otherwise, starts a tenant in this process.
    // That tenant stops when it is dropped, so `_tenant` keeps it.
    let (builder, _tenant) = match remote {
        Some(endpoint) => {
            println!(
                "In the Logto console, create the API resource {resource} with the permissions\n\
                      read:notes and write:notes, and register your MCP client."
            );
            (Logto::builder(endpoint).resource(&resource), None)
        }
        None => {
            let tenant = embedded(&resource);
            let read = tenant.token().client("agent").scopes(["read:notes"]).mint();
            println!("{}", commands(&address, tenant.endpoint(), &read));
            (tenant.logto(), Some(tenant))
        }
    };
    let logto = builder.announce_resource_metadata().build()?;
    logto.warm_up().await?;
    println!("listening on {resource}");
    Ok(axum::serve(listener, app(&logto)).await?)
}

/// Reads a variable. An empty variable counts as unset.
///
/// The error does not show a value that is not UTF-8, because the value can be a secret.
fn variable(name: &str) -> Result<Option<String>, String> {
    let value = env::var_os(name).filter(|value| !value.is_empty());
    let value = value.map(OsString::into_string).transpose();
    value.map_err(|_| format!("the value of {name} is not UTF-8; set it to plain text"))
}

/// Logs to standard error why requests and calls of tools are refused. The responses do not say precisely why.
fn log_refusals() {
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    tracing_subscriber::registry()
        .with(log)
        .with(Targets::new().with_target("logto", LevelFilter::DEBUG))
        .init();
}

/// Returns a command for each step of a client. The comment above each command says which status to expect.
fn commands(address: &str, tenant: &str, token: &str) -> String {
    let rpc = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"curl","version":"1"}}}"#;
    let post = format!(
        "curl -i {address}/mcp -H 'Content-Type: application/json' \
         -H 'Accept: application/json, text/event-stream' -d '{rpc}'"
    );
    format!(
        "# 401: the challenge says where the metadata is\n\
         {post}\n\n\
         # 200: the metadata names the authorization server\n\
         curl -i {address}/.well-known/oauth-protected-resource/mcp\n\n\
         # 200: the authorization server says where its token endpoint is\n\
         curl -i {tenant}/oidc/.well-known/openid-configuration\n\n\
         # 200: a token for this server\n\
         curl -i {tenant}/oidc/token -u agent:agent-secret -d grant_type=client_credentials \
         -d scope=read:notes -d resource={address}/mcp\n\n\
         # 200: the same request as the first, with a token\n\
         {post} -H 'Authorization: Bearer {token}'\n"
    )
}
