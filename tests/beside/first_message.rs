//! A WebSocket whose client sends its token in the first message.

use std::time::Duration;

use axum::{
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
};
use logto_runtime::{AuthInfo, Logto, guarded_by, require_scopes};
use tokio::time::timeout;

use crate::live::{LONGEST, close, serve};

/// The maximum time to receive the token and verify it.
const PATIENCE: Duration = Duration::from_secs(5);

#[require_scopes("read:products")]
struct ReadProducts;

/// Accepts every handshake. `authenticate` decides about the first message.
#[guarded_by("the token in the first message")]
pub(crate) async fn socket(State(logto): State<Logto>, upgrade: WebSocketUpgrade) -> Response {
    // The client is not authenticated yet, so the server must not allocate more than a token needs. By
    // default, the server allocates 128 KiB for each socket.
    let upgrade = upgrade.max_message_size(LONGEST).max_frame_size(LONGEST);
    let upgrade = upgrade.read_buffer_size(LONGEST);
    upgrade.on_upgrade(async move |mut socket| {
        let caller = timeout(PATIENCE, authenticate(&mut socket, &logto)).await;
        match caller.ok().flatten() {
            Some(auth) => serve(socket, auth).await,
            None => close(socket).await,
        }
    })
}

async fn authenticate(socket: &mut WebSocket, logto: &Logto) -> Option<AuthInfo> {
    let Message::Text(token) = socket.recv().await?.ok()? else {
        return None;
    };
    // The log says why a token is rejected.
    let auth = logto.verify(&token).await.ok()?;
    // `verify` does not check scopes.
    auth.check::<ReadProducts>().await.ok()?;
    Some(auth)
}
