//! A proxy between the service and its tenant. If it is open, it forwards bytes. If it is shut, it closes
//! each new connection.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

pub(crate) struct Gate {
    endpoint: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    shut: AtomicBool,
    connections: AtomicU64,
}

impl Gate {
    pub(crate) async fn before(endpoint: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("no loopback port");
        let address = listener.local_addr().expect("no address");
        let state = Arc::<State>::default();
        let behind = endpoint.trim_start_matches("http://").to_owned();
        tokio::spawn(Arc::clone(&state).serve(listener, behind));
        Self {
            endpoint: format!("http://{address}"),
            state,
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn shut(&self, shut: bool) {
        self.state.shut.store(shut, Ordering::SeqCst);
    }

    /// Returns how often the service has connected to the open or shut proxy.
    pub(crate) fn connections(&self) -> u64 {
        self.state.connections.load(Ordering::SeqCst)
    }
}

impl State {
    async fn serve(self: Arc<Self>, listener: TcpListener, behind: String) {
        while let Ok((mut service, _)) = listener.accept().await {
            self.connections.fetch_add(1, Ordering::SeqCst);
            if self.shut.load(Ordering::SeqCst) {
                continue;
            }
            let behind = behind.clone();
            tokio::spawn(async move {
                if let Ok(mut tenant) = TcpStream::connect(behind).await {
                    // Either side can close the connection at any time.
                    drop(copy_bidirectional(&mut service, &mut tenant).await);
                }
            });
        }
    }
}
