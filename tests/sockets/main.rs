//! A WebSocket and a stream of server-sent events end when the user of their token is suspended. The tests
//! use real sockets, and measure the time from the suspension to the end of the connection at the client.
//!
//! `cargo test -p logto-tests --test sockets -- --nocapture` prints the times.

// Clippy allows `unwrap` in tests, so this attribute marks the whole crate as a test.
#![cfg(test)]

use std::{
    convert::Infallible,
    future::IntoFuture,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{
        FromRef, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    response::{
        Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures_util::{SinkExt, Stream, StreamExt, stream};
use http::{HeaderValue, StatusCode, header::AUTHORIZATION};
use logto_runtime::{
    AuthInfo, Logto, Revocations, require_scopes,
    test_util::{MemoryLog, TestTenant},
};
use tokio::{net::TcpListener, time::timeout};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{self, client::IntoClientRequest},
};

const PRODUCTS: &str = "https://api.example.com/products";
const KEY: &str = "key-of-the-webhook";

/// A connection must end within this time after the suspension.
const LIMIT: Duration = Duration::from_secs(2);

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
}

/// Sends each message back, until the token is invalid.
#[require_scopes("read:products")]
async fn socket(State(_): State<App>, auth: AuthInfo, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        tokio::select! {
            () = echo(&mut socket) => {}
            () = auth.until_invalid() => {
                let reason = CloseFrame { code: 1008, reason: "token".into() };
                // `send` fails if the client has gone.
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

/// Sends an event every 10 ms, until the token is invalid.
#[require_scopes("read:products")]
async fn events(auth: AuthInfo) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ticks = stream::unfold(0_u64, |number| async move {
        tokio::time::sleep(Duration::from_millis(10)).await;
        Some((Ok(Event::default().data(number.to_string())), number + 1))
    });
    let valid = async move { auth.until_invalid().await };
    Sse::new(ticks.take_until(Box::pin(valid)))
}

/// Stands for a service of two processes that share one revocation log. One process receives webhooks. The
/// other one serves the connections.
struct World {
    tenant: TestTenant,
    revocations: Revocations,
    api: String,
}

impl World {
    async fn start() -> Self {
        let tenant = TestTenant::builder()
            .resource(PRODUCTS, ["read:products"])
            .start();
        let log = MemoryLog::new();
        let process = || tenant.revocations().log(log.clone()).start().unwrap();
        let (receiver, revocations) = (process(), process());
        let webhooks = Router::new().route("/webhooks/logto", receiver.webhook([KEY]));
        let webhooks = serve(webhooks).await;
        tenant.send_webhooks_to(format!("http://{webhooks}/webhooks/logto"), KEY);
        revocations.ready().await.unwrap();
        let logto = tenant.logto().revocations(&revocations).build().unwrap();
        let api = Router::new()
            .route("/socket", get(socket))
            .route("/events", get(events))
            .with_state(App { logto });
        Self {
            api: serve(api).await,
            tenant,
            revocations,
        }
    }

    fn token(&self, user: &str) -> String {
        let token = self.tenant.token().user(user);
        token.scopes(["read:products"]).mint()
    }

    async fn open_socket(&self, user: &str) -> Result<Client, tungstenite::Error> {
        let url = format!("ws://{}/socket", self.api);
        let mut request = url.into_client_request().unwrap();
        let bearer = HeaderValue::try_from(format!("Bearer {}", self.token(user))).unwrap();
        request.headers_mut().insert(AUTHORIZATION, bearer);
        connect_async(request).await.map(|(client, _)| client)
    }

    async fn open_events(&self, user: &str) -> reqwest::Response {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.get(format!("http://{}/events", self.api));
        request.bearer_auth(self.token(user)).send().await.unwrap()
    }
}

type Client =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

/// Sends a message and waits until it comes back.
async fn ping(client: &mut Client) {
    let message = tungstenite::Message::text("ping");
    client.send(message.clone()).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), message);
}

/// Reads events until one that was sent after this time since the connection was opened. Events that were sent
/// earlier are still in a buffer, even if the stream has ended since then.
async fn until_sent_after(since_opened: Duration, client: &mut reqwest::Response) {
    // The server waits 10 ms before each event, so event 0 is sent after 10 ms at the earliest.
    let sent_later = since_opened.as_millis() / 10;
    let mut text = String::new();
    let number = |line: &str| line.strip_prefix("data: ")?.parse::<u128>().ok();
    while !text.lines().filter_map(number).any(|it| it >= sent_later) {
        let chunk = client.chunk().await.unwrap().expect("the stream goes on");
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
}

#[tokio::test]
async fn a_websocket_ends_within_two_seconds_of_the_suspension_of_its_user() {
    let world = World::start().await;
    let mut alice = world.open_socket("alice").await.unwrap();
    let mut bob = world.open_socket("bob").await.unwrap();
    ping(&mut alice).await;
    ping(&mut bob).await;
    let suspended = Instant::now();
    assert_eq!(world.tenant.suspend("alice").await, Some(StatusCode::OK));
    let closed = timeout(LIMIT, alice.next()).await.unwrap();
    let took = suspended.elapsed();
    let Some(Ok(tungstenite::Message::Close(Some(frame)))) = closed else {
        panic!("not closed by the server: {closed:?}");
    };
    assert_eq!(u16::from(frame.code), 1008);
    println!("a WebSocket ended {took:?} after the suspension of its user");
    assert!(took < LIMIT, "{took:?}");
    // Bob's connection stays open. A suspension also revokes tokens that are issued in the next ten seconds.
    // So Alice cannot connect again, even with a new token.
    ping(&mut bob).await;
    let refused = world.open_socket("alice").await.unwrap_err();
    let tungstenite::Error::Http(response) = refused else {
        panic!("not refused: {refused}");
    };
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.revocations.health().entries, 1);
}

#[tokio::test]
async fn server_sent_events_end_within_two_seconds_of_the_suspension_of_their_user() {
    let world = World::start().await;
    let opened = Instant::now();
    let mut alice = world.open_events("alice").await;
    let mut bob = world.open_events("bob").await;
    assert_eq!(alice.status(), StatusCode::OK);
    for client in [&mut alice, &mut bob] {
        assert!(
            client
                .chunk()
                .await
                .unwrap()
                .unwrap()
                .starts_with(b"data: ")
        );
    }
    let suspended = Instant::now();
    assert_eq!(world.tenant.suspend("alice").await, Some(StatusCode::OK));
    let end = async { while alice.chunk().await.unwrap().is_some() {} };
    timeout(LIMIT, end).await.unwrap();
    let took = suspended.elapsed();
    println!("server-sent events ended {took:?} after the suspension of their user");
    assert!(took < LIMIT, "{took:?}");
    timeout(5 * LIMIT, until_sent_after(opened.elapsed(), &mut bob))
        .await
        .unwrap();
    let again = world.open_events("alice").await;
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
}
