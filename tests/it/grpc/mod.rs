//! A guard refuses a gRPC call with a gRPC status. Most tests use a real server and client.
//!
//! - `service`: a tonic service and its client, with messages of plain text
//! - `answers`: the gRPC status of each decision, and the HTTP response with that status

mod answers;
mod service;

use logto_runtime::{
    LogtoBuilder, Policy, require_scopes,
    test_util::{TestTenant, TokenBuilder},
};
use tokio::net::TcpListener;
use tonic::{
    Status,
    metadata::{AsciiMetadataValue, MetadataMap},
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};

use self::service::{Greeter, greet};

#[require_scopes("read:products")]
struct ReadProducts;

#[require_scopes("read:products", resource = "unnamed")]
struct Unnamed;

fn reader(tenant: &TestTenant) -> TokenBuilder<'_> {
    tenant.token().user("alice").scopes(["read:products"])
}

/// Starts a server with one service behind the guard, and connects to this server.
async fn served<P: Policy>(logto: LogtoBuilder) -> Channel {
    let guard = logto.build().unwrap().require::<P>().with_auth_info();
    let (listener, address) = listen().await;
    let server = Server::builder()
        .layer(guard)
        .add_service(Greeter)
        .serve_with_incoming(listener);
    tokio::spawn(server);
    connect(address).await
}

async fn listen() -> (TcpIncoming, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (TcpIncoming::from(listener), address)
}

async fn connect(address: String) -> Channel {
    let endpoint = Endpoint::from_shared(address).unwrap();
    endpoint.connect().await.unwrap()
}

/// Calls the service with these values of `authorization`.
async fn call(channel: &Channel, authorization: &[String]) -> Result<String, Status> {
    let mut metadata = MetadataMap::new();
    for value in authorization {
        let value: AsciiMetadataValue = value.parse().unwrap();
        metadata.append("authorization", value);
    }
    greet(channel, metadata, "hello").await
}
