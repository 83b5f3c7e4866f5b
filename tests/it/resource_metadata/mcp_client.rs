//! The OAuth client of an MCP library knows the address of an API, but not the address of the tenant. The
//! client finds the tenant through the challenge.

use axum::{Router, routing::any};
use logto_runtime::{
    Logto, require_scopes,
    test_util::{Client, TestTenant},
};
use reqwest::Url;
use rmcp::transport::auth::{
    AuthorizationManager, AuthorizationMetadataSource, ClientCredentialsConfig, OAuthClientConfig,
    WWWAuthenticateParams,
};
use tokio::net::TcpListener;

#[require_scopes("mcp:call")]
async fn mcp() -> &'static str {
    "called"
}

struct Api {
    address: String,
    tenant: TestTenant,
}

/// Returns an HTTP client that ignores the proxy settings of this machine.
fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

impl Api {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/mcp", listener.local_addr().unwrap());
        let scopes = ["mcp:call", "mcp:administrate"];
        let tenant = TestTenant::builder()
            .resource(&address, scopes)
            .client(Client::new("agent", "agent-secret").scopes(&address, ["mcp:call"]))
            .start();
        let logto: Logto = tenant.logto().announce_resource_metadata().build().unwrap();
        let app = Router::new()
            .route("/mcp", any(mcp))
            .merge(logto.protected_resource_metadata())
            .with_state(logto);
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { address, tenant }
    }

    /// Creates an OAuth client with the address of the API, and passes the API's challenge to it.
    async fn client(&self) -> AuthorizationManager {
        let refused = http().get(&self.address).send().await.unwrap();
        assert_eq!(refused.status(), 401);
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
        let mut client = AuthorizationManager::new(self.address.as_str())
            .await
            .unwrap();
        client.with_client(http()).unwrap();
        let found = client
            .resolve_metadata_from_challenge(Some(challenge))
            .await
            .unwrap();
        assert_eq!(
            found.source,
            AuthorizationMetadataSource::ProtectedResourceMetadata
        );
        assert_eq!(found.metadata.issuer, Some(self.tenant.issuer()));
        client.set_metadata(found.metadata);
        client
    }
}

#[tokio::test]
async fn a_machine_follows_the_challenge_and_gets_a_token() {
    let api = Api::start().await;
    let mut client = api.client().await;
    let scopes = client.select_initial_scopes(&[]).await;
    assert!(scopes.contains(&"mcp:call".to_owned()), "{scopes:?}");

    let config = ClientCredentialsConfig::ClientSecret {
        client_id: "agent".to_owned(),
        client_secret: "agent-secret".to_owned(),
        scopes: vec!["mcp:call".to_owned()],
        resource: Some(api.address.clone()),
    };
    client.configure_client_credentials(&config).unwrap();
    let token = client.exchange_client_credentials(&config).await.unwrap();
    let token = serde_json::to_value(token).unwrap();
    let answer = http()
        .post(&api.address)
        .bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text().await.unwrap(), "called");
}

#[tokio::test]
async fn a_user_is_sent_to_sign_in_for_this_resource_and_the_scope_of_the_challenge() {
    let api = Api::start().await;
    let mut client = api.client().await;
    let scopes = client.select_initial_scopes(&[]).await;
    let config = OAuthClientConfig::new("desktop", "http://127.0.0.1:7777/callback");
    client.configure_client(config).unwrap();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let sign_in = client.get_authorization_url(&scopes).await.unwrap();

    let sign_in = Url::parse(&sign_in).unwrap();
    let endpoint = format!("{}/oidc/auth", api.tenant.endpoint());
    assert_eq!(sign_in.as_str().split('?').next(), Some(endpoint.as_str()));
    let asked = |name: &str| {
        let mut pairs = sign_in.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    assert_eq!(asked("resource"), Some(api.address.clone()));
    assert_eq!(asked("code_challenge_method").as_deref(), Some("S256"));
    let scope = asked("scope").unwrap();
    assert!(scope.split(' ').any(|one| one == "mcp:call"), "{scope}");
}

/// The metadata document also lists `mcp:administrate`, which the route `/mcp` does not require.
#[tokio::test]
async fn a_client_leaves_out_scopes_of_the_resource_that_are_not_in_the_first_challenge() {
    #[require_scopes("mcp:administrate")]
    struct Administrate;
    let api = Api::start().await;
    let client = api.client().await;
    let scopes = client.select_initial_scopes(&[]).await;
    assert!(scopes.contains(&"mcp:call".to_owned()), "{scopes:?}");
    assert!(
        !scopes.contains(&"mcp:administrate".to_owned()),
        "{scopes:?}"
    );
}

#[tokio::test]
async fn a_client_that_lacks_a_scope_learns_which_one() {
    let api = Api::start().await;
    let token = api.tenant.token().client("agent").scopes([""; 0]).mint();
    let refused = http()
        .get(&api.address)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
    let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
    let address = Url::parse(&api.address).unwrap();
    let said = WWWAuthenticateParams::parse(challenge, &address);
    assert!(said.is_insufficient_scope(), "{challenge}");
    assert_eq!(said.scope.as_deref(), Some("mcp:call"));
    let mut document = address.clone();
    document.set_path("/.well-known/oauth-protected-resource/mcp");
    assert_eq!(said.resource_metadata_url, Some(document));
}
