//! Tests WebSockets and server-sent events. The guard, or the token in the first message, decides who may use
//! a connection. The connection ends when its token becomes invalid.

use std::{future::IntoFuture, time::Duration};

use axum::{Router, routing::get};
use futures_util::{SinkExt, StreamExt};
use logto_runtime::{Logto, TokenSource, test_util::TestTenant};
use tokio::{net::TcpListener, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, connect_async,
    tungstenite::{self, client::IntoClientRequest},
};

use crate::{
    first_message, live,
    support::{get as ask, reader, stranger, tenant},
};

fn app(logto: Logto) -> Router {
    Router::new()
        .route("/socket", get(live::socket))
        .route("/events", get(live::events))
        .route("/first-message", get(first_message::socket))
        .with_state(logto)
}

/// Serves the routes, and returns their address.
async fn serve(tenant: &TestTenant) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let logto = tenant
        .logto()
        .token_source(TokenSource::Authorization)
        .token_source(TokenSource::WebSocketProtocol)
        .build();
    tokio::spawn(axum::serve(listener, app(logto.unwrap())).into_future());
    format!("ws://{address}")
}

type Client = tokio_tungstenite::WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Opens a socket, with this header if one is given. Returns the client, and the protocol if the server chose
/// one. If the server refuses, returns the status.
async fn open(url: &str, header: Option<(&str, String)>) -> Result<(Client, Option<String>), u16> {
    let mut request = url.into_client_request().unwrap();
    if let Some((name, value)) = header {
        let name = tungstenite::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((client, answer)) => {
            let protocol = answer.headers().get("sec-websocket-protocol");
            let protocol = protocol.map(|it| it.to_str().unwrap().to_owned());
            Ok((client, protocol))
        }
        Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// Sends a message and returns the answer.
async fn talk(client: &mut Client, message: &str) -> tungstenite::Message {
    let message = tungstenite::Message::text(message);
    client.send(message).await.unwrap();
    client.next().await.unwrap().unwrap()
}

async fn assert_closed(client: &mut Client) {
    let end = client.next().await.unwrap().unwrap();
    let tungstenite::Message::Close(Some(frame)) = end else {
        panic!("{end:?}");
    };
    assert_eq!(u16::from(frame.code), 1008);
    assert_eq!(frame.reason.as_str(), "token");
}

fn in_header(token: &str) -> (&'static str, String) {
    ("authorization", format!("Bearer {token}"))
}

fn as_protocol(token: &str) -> (&'static str, String) {
    ("sec-websocket-protocol", format!("bearer, {token}"))
}

#[tokio::test]
async fn a_handshake_without_a_token_or_scope_is_refused() {
    let tenant = tenant();
    let url = format!("{}/socket", serve(&tenant).await);
    assert_eq!(open(&url, None).await.err(), Some(401));
    for send in [in_header, as_protocol] {
        let refused = open(&url, Some(send(&stranger(&tenant)))).await;
        assert_eq!(refused.err(), Some(403));
        assert!(open(&url, Some(send(&reader(&tenant)))).await.is_ok());
    }
}

#[tokio::test]
async fn the_server_chooses_the_protocol_bearer_and_not_the_token() {
    let tenant = tenant();
    let url = format!("{}/socket", serve(&tenant).await);
    let header = as_protocol(&reader(&tenant));
    let (_client, protocol) = open(&url, Some(header)).await.unwrap();
    assert_eq!(protocol.as_deref(), Some("bearer"));
}

#[tokio::test]
async fn each_message_is_checked_and_a_socket_closes_when_its_token_expires() {
    let tenant = tenant();
    let url = format!("{}/socket", serve(&tenant).await);
    let cases: [(&[&str], &str); 2] = [
        (&["read:products"], "Insufficient scope"),
        (
            &["read:products", "write:products"],
            "carol renamed the lamp to moon",
        ),
    ];
    for (scopes, answer) in cases {
        let token = tenant
            .token()
            .user("carol")
            .scopes(scopes.iter().copied())
            .mint();
        let (mut client, _) = open(&url, Some(in_header(&token))).await.unwrap();
        let answered = talk(&mut client, "moon").await;
        assert_eq!(answered, tungstenite::Message::text(answer));
        tenant.advance(Duration::from_secs(2 * 3600));
        assert_closed(&mut client).await;
    }
}

#[tokio::test]
async fn the_token_in_the_first_message_decides() {
    let tenant = tenant();
    let url = format!("{}/first-message", serve(&tenant).await);
    for refused in ["", "not-a-token", &stranger(&tenant)] {
        let (mut client, _) = open(&url, None).await.unwrap();
        let message = tungstenite::Message::text(refused);
        client.send(message).await.unwrap();
        assert_closed(&mut client).await;
    }
    let (mut client, _) = open(&url, None).await.unwrap();
    let token = reader(&tenant);
    let message = tungstenite::Message::text(token);
    client.send(message).await.unwrap();
    let answered = talk(&mut client, "moon").await;
    assert_eq!(answered, tungstenite::Message::text("Insufficient scope"));
    tenant.advance(Duration::from_secs(2 * 3600));
    assert_closed(&mut client).await;
}

/// A frame header of 14 bytes must not make the server allocate memory for the frame that the header
/// announces.
#[tokio::test]
async fn a_client_that_announces_a_long_frame_is_disconnected_at_once() {
    let tenant = tenant();
    let url = serve(&tenant).await;
    let token = in_header(&reader(&tenant));
    for (path, header) in [("first-message", None), ("socket", Some(token))] {
        let (mut client, _) = open(&format!("{url}/{path}"), header).await.unwrap();
        let MaybeTlsStream::Plain(stream) = client.get_mut() else {
            panic!("the stream uses TLS");
        };
        let mut announced = vec![0x81, 0xff];
        announced.extend((64_u64 * 1024).to_be_bytes());
        announced.extend([0; 4]);
        assert_eq!(stream.try_write(&announced).unwrap(), announced.len());
        // Without a limit on frames, the server would wait for the rest of the frame.
        let end = timeout(Duration::from_secs(3), client.next()).await;
        assert!(!matches!(
            end.unwrap(),
            Some(Ok(tungstenite::Message::Text(_)))
        ));
    }
}

#[tokio::test]
async fn an_event_stream_ends_when_its_token_expires() {
    let tenant = tenant();
    let app = app(tenant.logto().build().unwrap());
    assert_eq!(ask(&app, "/events", None).await.status(), 401);
    let answer = ask(&app, "/events", Some(&reader(&tenant))).await;
    let mut body = answer.into_body().into_data_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), "data: 7\n\n");
    tenant.advance(Duration::from_secs(2 * 3600));
    while let Some(more) = body.next().await {
        more.unwrap();
    }
}
