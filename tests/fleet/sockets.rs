//! A WebSocket ends when its user is suspended. One replica serves the WebSocket, and another replica
//! receives the webhook. The two replicas share a Redis server.

use std::{
    future::IntoFuture,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{
        FromRef,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::get,
};
use futures_util::{SinkExt, StreamExt};
use http::{HeaderValue, StatusCode, header::AUTHORIZATION};
use logto_runtime::{AuthInfo, Logto, require_scopes, test_util::TestTenant};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, client::IntoClientRequest},
};

use super::{
    SOON,
    replica::{KEY, Replica, tenant},
    server::whole_machine,
};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
}

/// Sends each message back, until the token is invalid.
#[require_scopes("read:products")]
async fn socket(auth: AuthInfo, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        tokio::select! {
            () = echo(&mut socket) => {}
            () = auth.until_invalid() => {
                let reason = CloseFrame { code: 1008, reason: "token".into() };
                // Fails if the client has gone.
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

/// Serves on a free port of loopback. Returns the address.
async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

async fn connect(address: &str, tenant: &TestTenant, user: &str) -> Client {
    let token = tenant.token().user(user).scopes(["read:products"]).mint();
    let mut request = format!("ws://{address}/socket")
        .into_client_request()
        .unwrap();
    let bearer = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
    request.headers_mut().insert(AUTHORIZATION, bearer);
    connect_async(request).await.unwrap().0
}

/// Sends a message and waits until it comes back.
async fn ping(client: &mut Client) {
    let message = tungstenite::Message::text("ping");
    client.send(message.clone()).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_websocket_at_one_replica_ends_within_two_seconds_of_a_webhook_to_another_replica() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let receiver = Replica::receiver(&tenant, server.log()).await;
    let webhooks = serve(receiver.webhook()).await;
    tenant.send_webhooks_to(format!("http://{webhooks}/webhook"), KEY);
    let replica = Replica::start(&tenant, server.log());
    replica.ready().await;
    let app = App {
        logto: replica.logto.clone(),
    };
    let api = serve(Router::new().route("/socket", get(socket)).with_state(app)).await;
    let mut bob = connect(&api, &tenant, "bob").await;
    let mut times = Vec::new();
    for number in 0..10 {
        let user = format!("alice-{number}");
        let mut alice = connect(&api, &tenant, &user).await;
        for client in [&mut alice, &mut bob] {
            ping(client).await;
        }
        let sent = Instant::now();
        let answer = tenant.suspend(&user).await;
        assert_eq!(
            answer,
            Some(StatusCode::OK),
            "the webhook must be acknowledged"
        );
        // If the socket stays open, the test must fail, and must not hang.
        let left = SOON.saturating_sub(sent.elapsed());
        let closed = timeout(left, alice.next()).await;
        let closed = closed.expect("the server must close the socket within 2 s of the webhook");
        let Some(Ok(tungstenite::Message::Close(Some(frame)))) = closed else {
            panic!("the server must close the socket with a frame, but the client got {closed:?}");
        };
        assert_eq!(
            u16::from(frame.code),
            1008,
            "the handler must close the socket because `until_invalid` has ended"
        );
        times.push(sent.elapsed());
    }
    let greatest: Duration = times.iter().copied().max().unwrap();
    report!(
        "from webhook to the end of a WebSocket at another replica, {} times: greatest {greatest:?}",
        times.len()
    );
    // The socket of a user who was not suspended stays open.
    ping(&mut bob).await;
}
