//! How much memory a server uses for a WebSocket before its caller is known.

use std::{
    future::IntoFuture,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{Router, routing::get, serve::Listener};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::{first_message, live::LONGEST, support::tenant};

/// A listener whose connections record the size of the largest buffer that the server reads into.
struct Recording {
    listener: TcpListener,
    largest: Arc<AtomicUsize>,
}

impl Listener for Recording {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let largest = Arc::clone(&self.largest);
        (Connection { stream, largest }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

struct Connection {
    stream: TcpStream,
    largest: Arc<AtomicUsize>,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.largest
            .fetch_max(buffer.remaining(), Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[tokio::test]
async fn a_socket_without_a_known_caller_has_a_small_read_buffer() {
    let tenant = tenant();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let largest = Arc::<AtomicUsize>::default();
    let listener = Recording {
        listener,
        largest: Arc::clone(&largest),
    };
    let app = Router::new().route("/", get(first_message::socket));
    let app = app.with_state(tenant.logto().build().unwrap());
    tokio::spawn(axum::serve(listener, app).into_future());

    let (mut client, _) = connect_async(url).await.unwrap();
    client.send(Message::text("not-a-token")).await.unwrap();
    let end = timeout(Duration::from_secs(20), client.next()).await;
    assert!(matches!(end.unwrap(), Some(Ok(Message::Close(_)))));
    let largest = largest.load(Ordering::Relaxed);
    assert!(largest > 0 && largest <= LONGEST, "{largest} bytes");
}
