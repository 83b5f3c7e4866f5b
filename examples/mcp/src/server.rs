//! The MCP server: who may call it, and its tools.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{Router, http::request::Parts};
use logto_runtime::{AuthInfo, Logto, Rejection, require_scopes};
use rmcp::{
    ErrorData,
    handler::server::{common::Extension, wrapper::Parameters},
    schemars::{self, JsonSchema},
    serde::Deserialize,
    tool, tool_router,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};

/// The policy for every request to `/mcp`.
#[require_scopes("read:notes")]
struct ReadNotes;

/// The additional policy for the tool `add_note`.
#[require_scopes("write:notes")]
struct WriteNotes;

/// Returns a router with the guarded MCP server at `/mcp`. The router also serves the metadata of the
/// server's resource (RFC 9728), without a guard.
pub fn app(logto: &Logto) -> Router {
    let notes = Notes::default();
    let service = StreamableHttpService::new(
        move || Ok(notes.clone()),
        LocalSessionManager::default().into(),
        // Disables sessions, because `rmcp` does not check that all requests of a session have the same
        // caller. The service accepts only requests for loopback hosts. `with_allowed_hosts` changes this.
        StreamableHttpServerConfig::default().with_legacy_session_mode(false),
    );
    Router::new()
        .route_service("/mcp", service)
        .route_layer(logto.require::<ReadNotes>().with_auth_info())
        .merge(logto.protected_resource_metadata())
}

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

#[derive(Deserialize, JsonSchema)]
#[serde(crate = "rmcp::serde")]
struct Note {
    text: String,
}

#[tool_router(server_handler)]
impl Notes {
    #[tool(description = "Says who calls, and which scopes the token has")]
    fn who_am_i(&self, Extension(request): Extension<Parts>) -> Result<String, ErrorData> {
        let caller = caller(&request)?;
        let scopes: Vec<&str> = caller.scopes().collect();
        Ok(format!("{} with {}", caller.subject(), scopes.join(" ")))
    }

    #[tool(description = "Lists all notes")]
    fn notes(&self) -> String {
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.join("\n")
    }

    #[tool(description = "Adds a note (needs the scope write:notes)")]
    async fn add_note(
        &self,
        Extension(request): Extension<Parts>,
        Parameters(Note { text }): Parameters<Note>,
    ) -> Result<String, ErrorData> {
        let caller = caller(&request)?;
        caller
            .check::<WriteNotes>()
            .await
            .map_err(|rejection| refused(&rejection))?;
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.push(format!("{}: {text}", caller.subject()));
        Ok(format!("{} notes", notes.len()))
    }
}

/// Returns the caller. `with_auth_info` has put the caller into the request.
///
/// Each call is a separate request with its own token.
fn caller(request: &Parts) -> Result<&AuthInfo, ErrorData> {
    let caller = request.extensions.get();
    caller.ok_or_else(|| {
        ErrorData::internal_error("no caller; add `.with_auth_info()` to the layer", None)
    })
}

/// Returns an error with the message that callers may see. The precise reason is in the program's log.
fn refused(rejection: &Rejection) -> ErrorData {
    ErrorData::invalid_request(rejection.message(), None)
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode, header},
    };
    use logto_runtime::test_util::TestTenant;
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_refused_client_learns_where_to_get_a_token_and_one_with_a_token_gets_200() {
        let resource = "http://127.0.0.1:3000/mcp";
        let tenant = TestTenant::builder()
            .resource(resource, ["read:notes"])
            .start();
        let logto = tenant.logto().announce_resource_metadata().build().unwrap();
        let app = super::app(&logto);
        let ask = async |authorization: &str| {
            let request = Request::post(resource)
                .header(header::HOST, "127.0.0.1:3000")
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ACCEPT, "application/json, text/event-stream")
                .header(header::AUTHORIZATION, authorization)
                .body(Body::from(INITIALIZE))
                .unwrap();
            app.clone().oneshot(request).await.unwrap()
        };

        let refused = ask("Bearer not-a-token").await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        let challenge = refused.headers()[header::WWW_AUTHENTICATE]
            .to_str()
            .unwrap();
        assert!(challenge.contains("/.well-known/oauth-protected-resource/mcp"));

        let token = tenant.token().user("alice").scopes(["read:notes"]).mint();
        let answer = ask(&format!("Bearer {token}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers().get("mcp-session-id"), None);
    }

    const INITIALIZE: &str = r#"{
        "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" }
        }
    }"#;
}
