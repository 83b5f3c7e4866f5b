//! Connections that stay open: a WebSocket, and server-sent events. Both end when the token becomes invalid.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::{
        Response,
        sse::{Event, Sse},
    },
};
use futures_util::{Stream, StreamExt, stream};
use logto_runtime::{AuthInfo, require_scopes};
use tokio::time::{self, Interval, MissedTickBehavior, timeout};

/// The maximum size of a message from a client, in bytes.
pub(crate) const LONGEST: usize = 16 * 1024;

/// The maximum time to send the close frame.
const GOODBYE: Duration = Duration::from_secs(5);

/// The policy for each text message, because a message changes data.
#[require_scopes("write:products")]
struct WriteProducts;

/// The guard decides about the handshake, before the connection becomes a WebSocket.
#[require_scopes("read:products")]
pub(crate) async fn socket(auth: AuthInfo, upgrade: WebSocketUpgrade) -> Response {
    // A browser offers two subprotocols: `bearer` and the token. If the server selects neither, the browser
    // closes the connection.
    let upgrade = upgrade.protocols(["bearer"]);
    let upgrade = upgrade.max_message_size(LONGEST).max_frame_size(LONGEST);
    upgrade.on_upgrade(|socket| serve(socket, auth))
}

/// Answers text messages until the client disconnects or its token becomes invalid.
pub(crate) async fn serve(mut socket: WebSocket, auth: AuthInfo) {
    tokio::select! {
        () = answer(&mut socket, &auth) => {}
        () = auth.until_invalid() => close(socket).await,
    }
}

async fn answer(socket: &mut WebSocket, auth: &AuthInfo) {
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(name) = message else {
            continue;
        };
        let answer = match auth.check::<WriteProducts>().await {
            Ok(()) => format!("{} renamed the lamp to {name}", auth.subject()),
            Err(rejection) => rejection.message().to_owned(),
        };
        if socket.send(Message::text(answer)).await.is_err() {
            return;
        }
    }
}

/// Closes the connection with the reason `token`. A client that sees this reason gets another token and
/// connects again.
pub(crate) async fn close(mut socket: WebSocket) {
    let frame = CloseFrame {
        code: close_code::POLICY,
        reason: "token".into(),
    };
    // Ignores errors, because the client may have disconnected, or may not read.
    let _ = timeout(GOODBYE, socket.send(Message::Close(Some(frame)))).await;
}

/// Sends a price each second, until the token becomes invalid.
#[require_scopes("read:products")]
pub(crate) async fn events(auth: AuthInfo) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let invalid = async move { auth.until_invalid().await };
    let mut clock = time::interval(Duration::from_secs(1));
    // Skips the ticks that pass while the client does not read.
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let prices = stream::unfold((clock, 7), next_price);
    Sse::new(prices.take_until(Box::pin(invalid)))
}

async fn next_price(
    (mut clock, price): (Interval, u32),
) -> Option<(Result<Event, Infallible>, (Interval, u32))> {
    clock.tick().await;
    let event = Event::default().data(price.to_string());
    Some((Ok(event), (clock, price + 1)))
}
