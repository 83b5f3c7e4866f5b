//! An MCP server behind a guard. Its clients find out by themselves where to get a token.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use http::request::Parts;
use logto_runtime::{
    AuthInfo, Logto, Rejection, require_scopes, test_util::Client, test_util::TestTenant,
};
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

/// What every request of a client needs.
#[require_scopes("read:notes")]
struct ReadNotes;

/// What the tool `add_note` needs besides.
#[require_scopes("write:notes")]
struct WriteNotes;

/// Returns the MCP server at `/mcp`, and the metadata of its resource (RFC 9728) outside the guard.
pub fn app(logto: &Logto) -> Router {
    let notes = Notes::default();
    let service = StreamableHttpService::new(
        move || Ok(notes.clone()),
        LocalSessionManager::default().into(),
        // Accepts requests for loopback hosts only; see `with_allowed_hosts`.
        StreamableHttpServerConfig::default(),
    );
    Router::new()
        .route_service("/mcp", service)
        .route_layer(logto.require::<ReadNotes>().with_auth_info())
        .merge(logto.protected_resource_metadata())
}

/// Starts a tenant with this resource, and with the clients `agent`, who may read, and `editor`, who may write
/// too. The secret of each is `<id>-secret`.
#[must_use]
pub fn embedded(resource: &str) -> TestTenant {
    let client = |id: &str| Client::new(id, format!("{id}-secret"));
    TestTenant::builder()
        .resource(resource, ["read:notes", "write:notes"])
        .client(client("agent").scopes(resource, ["read:notes"]))
        .client(client("editor").scopes(resource, ["read:notes", "write:notes"]))
        .start()
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

    #[tool(description = "Adds a note")]
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

/// Returns the caller, whom `with_auth_info` put into the request of this call.
///
/// A session can have several callers, so a tool reads the caller from its own request.
fn caller(request: &Parts) -> Result<&AuthInfo, ErrorData> {
    let caller = request.extensions.get();
    caller.ok_or_else(|| ErrorData::internal_error("the route is not guarded", None))
}

/// Returns the message that callers may see. The precise reason is in the log.
fn refused(rejection: &Rejection) -> ErrorData {
    ErrorData::invalid_request(rejection.message(), None)
}
