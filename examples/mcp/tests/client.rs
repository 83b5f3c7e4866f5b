//! Tests the server with the client of `rmcp`, from the first 401 to the answer of a tool.

#![cfg(test)]

use logto_runtime::{reqwest::Client, test_util::TestTenant};
use mcp::{app, embedded};
use rmcp::{
    RoleClient, ServiceExt,
    model::CallToolRequestParams,
    service::{ClientInitializeError, RunningService},
    transport::{
        StreamableHttpClientTransport,
        auth::{AuthClient, AuthorizationManager, ClientCredentialsConfig, WWWAuthenticateParams},
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tokio::net::TcpListener;

struct Server {
    address: String,
    tenant: TestTenant,
}

/// Returns a client that ignores the proxies of the environment.
fn http() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/mcp", listener.local_addr().unwrap());
        let tenant = embedded(&address);
        let logto = tenant.logto().announce_resource_metadata().build().unwrap();
        tokio::spawn(axum::serve(listener, app(&logto)).into_future());
        Self { address, tenant }
    }

    /// Creates the OAuth client. It knows only the address of the server.
    async fn manager(&self) -> AuthorizationManager {
        let mut manager = AuthorizationManager::new(self.address.as_str())
            .await
            .unwrap();
        manager.with_client(http()).unwrap();
        manager
    }

    async fn connect(
        &self,
        manager: AuthorizationManager,
    ) -> Result<RunningService<RoleClient, ()>, ClientInitializeError> {
        let config = StreamableHttpClientTransportConfig::with_uri(self.address.as_str());
        let client = AuthClient::new(http(), manager);
        ().serve(StreamableHttpClientTransport::with_client(client, config))
            .await
    }

    /// Sends a request without a token, follows the challenge to the token endpoint, and connects with a
    /// token. The client must be registered in the tenant.
    async fn signed_in(&self, id: &str, scopes: &[&str]) -> RunningService<RoleClient, ()> {
        let refused = self.connect(self.manager().await).await.unwrap_err();
        let challenge = refused.auth_challenge().unwrap();
        let mut manager = self.manager().await;
        let found = manager
            .resolve_metadata_from_challenge(Some(challenge))
            .await
            .unwrap();
        assert_eq!(found.metadata.issuer, Some(self.tenant.issuer()));
        manager.set_metadata(found.metadata);
        // By default, the client asks for the scopes of the challenge, and not for all scopes in the
        // metadata.
        let asked = manager.select_initial_scopes(&[]).await;
        assert!(asked.contains(&"read:notes".to_owned()), "{asked:?}");
        assert!(!asked.contains(&"write:notes".to_owned()), "{asked:?}");
        let config = ClientCredentialsConfig::ClientSecret {
            client_id: id.to_owned(),
            client_secret: format!("{id}-secret"),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            resource: Some(self.address.clone()),
        };
        manager.configure_client_credentials(&config).unwrap();
        manager.exchange_client_credentials(&config).await.unwrap();
        self.connect(manager).await.unwrap()
    }
}

/// Returns the text that a tool answers, or the message of its error.
async fn call(client: &RunningService<RoleClient, ()>, tool: CallToolRequestParams) -> String {
    match client.call_tool(tool).await {
        Ok(answer) => answer.content[0].as_text().unwrap().text.clone(),
        Err(error) => error.to_string(),
    }
}

fn add_note(text: &str) -> CallToolRequestParams {
    let mut arguments = serde_json::Map::new();
    arguments.insert("text".to_owned(), text.into());
    CallToolRequestParams::new("add_note").with_arguments(arguments)
}

#[tokio::test]
async fn a_client_follows_the_challenge_to_the_metadata_gets_a_token_and_calls_a_tool() {
    let server = Server::start().await;
    let client = server.signed_in("agent", &["read:notes"]).await;
    let tools = client.list_all_tools().await.unwrap();
    assert_eq!(tools.len(), 3);
    let said = call(&client, CallToolRequestParams::new("who_am_i")).await;
    assert_eq!(said, "agent with read:notes");
}

#[tokio::test]
async fn the_challenge_names_the_metadata_and_the_scopes_of_the_route() {
    let server = Server::start().await;
    let refused = server.connect(server.manager().await).await.unwrap_err();
    let address = server.address.parse().unwrap();
    let said = WWWAuthenticateParams::parse(refused.auth_challenge().unwrap(), &address);
    assert_eq!(said.scope.as_deref(), Some("read:notes"));
    let document = said.resource_metadata_url.unwrap();
    assert_eq!(document.path(), "/.well-known/oauth-protected-resource/mcp");
}

#[tokio::test]
async fn a_tool_checks_a_policy_of_its_own() {
    let server = Server::start().await;
    let reader = server.signed_in("agent", &["read:notes"]).await;
    let said = call(&reader, add_note("mine")).await;
    assert!(said.contains("Insufficient scope"), "{said}");

    let editor = server
        .signed_in("editor", &["read:notes", "write:notes"])
        .await;
    assert_eq!(call(&editor, add_note("first")).await, "1 notes");
    let notes = call(&reader, CallToolRequestParams::new("notes")).await;
    assert_eq!(notes, "editor: first");
}

#[tokio::test]
async fn a_client_without_the_scopes_of_the_route_is_told_which_scopes_it_needs() {
    let server = Server::start().await;
    let token = server.tenant.token().client("agent").scopes([""; 0]).mint();
    let config =
        StreamableHttpClientTransportConfig::with_uri(server.address.as_str()).auth_header(token);
    let transport = StreamableHttpClientTransport::with_client(http(), config);
    let refused = ().serve(transport).await.unwrap_err();
    let address = server.address.parse().unwrap();
    let said = WWWAuthenticateParams::parse(refused.auth_challenge().unwrap(), &address);
    assert!(said.is_insufficient_scope());
    assert_eq!(said.scope.as_deref(), Some("read:notes"));
}
