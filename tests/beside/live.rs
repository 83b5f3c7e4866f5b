//! WebSockets and server-sent events: the guard decides at the start, and the connection ends with the token.

use std::{convert::Infallible, future::IntoFuture, time::Duration};

use axum::{
    Router,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    response::{
        Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures_util::{SinkExt, Stream, StreamExt, stream};
use logto_runtime::{AuthInfo, Logto, require_scopes, test_util::TestTenant};
use tokio::net::TcpListener;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{self, client::IntoClientRequest},
};

use crate::support::{get as ask, reader, stranger, tenant};

#[require_scopes("read:products")]
async fn socket(auth: AuthInfo, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        tokio::select! {
            () = echo(&mut socket) => {}
            () = auth.until_invalid() => {
                let reason = CloseFrame { code: 1008, reason: "token".into() };
                // The client may have gone.
                let _ = socket.send(Message::Close(Some(reason))).await;
            }
        }
    })
}

async fn echo(socket: &mut WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

#[require_scopes("read:products")]
async fn events(auth: AuthInfo) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let valid = async move { auth.until_invalid().await };
    Sse::new(prices().take_until(Box::pin(valid)))
}

/// An event at once, and then none.
fn prices() -> impl Stream<Item = Result<Event, Infallible>> {
    stream::once(async { Ok(Event::default().data("7")) }).chain(stream::pending())
}

fn app(logto: Logto) -> Router {
    Router::new()
        .route("/socket", get(socket))
        .route("/events", get(events))
        .with_state(logto)
}

async fn serve(tenant: &TestTenant) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app(tenant.logto().build().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());
    format!("ws://{address}/socket")
}

type Client =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn open(url: &str, token: Option<&str>) -> Result<Client, u16> {
    let mut request = url.into_client_request().unwrap();
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", value);
    }
    match connect_async(request).await {
        Ok((client, _)) => Ok(client),
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_handshake_without_a_token_or_scope_is_refused() {
    let tenant = tenant();
    let url = serve(&tenant).await;
    assert_eq!(open(&url, None).await.err(), Some(401));
    assert_eq!(open(&url, Some(&stranger(&tenant))).await.err(), Some(403));
    assert!(open(&url, Some(&reader(&tenant))).await.is_ok());
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let tenant = tenant();
    let url = serve(&tenant).await;
    let mut client = open(&url, Some(&reader(&tenant))).await.unwrap();
    let message = tungstenite::Message::text("ping");
    client.send(message.clone()).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), message);
    tenant.advance(Duration::from_secs(2 * 3600));
    let end = client.next().await.unwrap().unwrap();
    let tungstenite::Message::Close(Some(reason)) = end else {
        panic!("{end:?}");
    };
    assert_eq!(u16::from(reason.code), 1008);
}

#[tokio::test]
async fn an_event_stream_ends_with_its_token() {
    let tenant = tenant();
    let app = app(tenant.logto().build().unwrap());
    assert_eq!(ask(&app, "/events", None).await.status(), 401);
    let answer = ask(&app, "/events", Some(&reader(&tenant))).await;
    let mut body = answer.into_body().into_data_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), "data: 7\n\n");
    tenant.advance(Duration::from_secs(2 * 3600));
    assert!(body.next().await.is_none());
}
