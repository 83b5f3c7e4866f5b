//! A proxy between a replica of a service and its Redis server. It stands for a network that a test can cut.

use std::{
    io::ErrorKind,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use logto_runtime::RedisLog;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, UnixStream},
    sync::watch,
};

use super::server::Server;

#[derive(Clone)]
pub(super) struct Proxy {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    socket: Mutex<PathBuf>,
    /// Whether connections are cut, and how often `lead_to` was called.
    state: watch::Sender<(bool, usize)>,
    connections: AtomicUsize,
    /// How many bytes the server has sent to replicas.
    sent: AtomicUsize,
    /// By how many seconds the clock of the server seems to be ahead.
    clock_ahead: AtomicI64,
}

impl Proxy {
    pub(super) async fn start(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            url: format!("redis://{}", listener.local_addr().unwrap()),
            shared: Arc::new(Shared {
                socket: Mutex::new(server.socket()),
                state: watch::Sender::new((false, 0)),
                connections: AtomicUsize::new(0),
                sent: AtomicUsize::new(0),
                clock_ahead: AtomicI64::new(0),
            }),
        };
        let shared = Arc::clone(&proxy.shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let _ = client.set_nodelay(true);
                tokio::spawn(carry(client, Arc::clone(&shared)));
            }
        });
        proxy
    }

    pub(super) fn log(&self) -> RedisLog {
        RedisLog::new(&self.url).unwrap()
    }

    /// Returns the log with the name `fleet`, for a Redis user that `add_user` has added.
    pub(super) fn log_of(&self, user: &str) -> RedisLog {
        let url = self
            .url
            .replace("redis://", &format!("redis://{user}:secret@"));
        RedisLog::new(url).unwrap().log_name("fleet")
    }

    /// Closes all connections. Until [`mend`](Self::mend), new connections are closed at once.
    pub(super) fn cut(&self) {
        self.shared.state.send_modify(|(cut, _)| *cut = true);
    }

    pub(super) fn mend(&self) {
        self.shared.state.send_modify(|(cut, _)| *cut = false);
    }

    /// Closes all connections, as [`cut`](Self::cut) does. New connections lead to this server.
    pub(super) fn lead_to(&self, server: &Server) {
        *self.shared.socket.lock().unwrap() = server.socket();
        self.shared.state.send_modify(|(_, led)| *led += 1);
    }

    /// Leads new connections to this server. Open connections stay as they are.
    pub(super) fn lead_new_to(&self, server: &Server) {
        *self.shared.socket.lock().unwrap() = server.socket();
    }

    /// Adds this many seconds to the time that the server tells (`TIME`).
    pub(super) fn set_clock_ahead(&self, seconds: i64) {
        self.shared.clock_ahead.store(seconds, Ordering::Relaxed);
    }

    /// Returns how many connections replicas have made since the start.
    pub(super) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Returns how many bytes the server has sent to replicas since the start.
    pub(super) fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::Relaxed)
    }
}

async fn carry(mut client: tokio::net::TcpStream, shared: Arc<Shared>) {
    let mut state = shared.state.subscribe();
    let (cut, led) = *state.borrow_and_update();
    let socket = shared.socket.lock().unwrap().clone();
    if cut {
        return;
    }
    let Ok(mut server) = UnixStream::connect(socket).await else {
        return;
    };
    let (mut from_client, to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let up = async {
        tokio::io::copy(&mut from_client, &mut to_server)
            .await
            .is_ok()
    };
    let down = async {
        let mut answer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_server.read(&mut answer).await {
            let answer = &mut answer[..length];
            shared.sent.fetch_add(length, Ordering::Relaxed);
            shift_time(answer, shared.clock_ahead.load(Ordering::Relaxed));
            let mut rest = &answer[..];
            while !rest.is_empty() {
                if to_client.writable().await.is_err() {
                    return;
                }
                // `cut` waits while the state is borrowed. So no answer passes after `cut` has returned.
                let now = shared.state.borrow();
                if *now != (false, led) {
                    return;
                }
                match to_client.try_write(rest) {
                    Ok(written) => rest = &rest[written..],
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(_) => return,
                }
            }
        }
    };
    tokio::select! {
        _ = state.wait_for(|now| now.0 || now.1 != led) => {}
        _ = up => {}
        () = down => {}
    }
}

/// Adds `ahead` to the seconds in an answer to the command `TIME`. Such an answer is an array of two strings.
/// The first string has the seconds, in ten digits.
fn shift_time(answer: &mut [u8], ahead: i64) {
    const START: &[u8] = b"*2\r\n$10\r\n";
    if ahead != 0 && answer.starts_with(START) {
        let digits = &mut answer[START.len()..START.len() + 10];
        let seconds: i64 = std::str::from_utf8(digits).unwrap().parse().unwrap();
        digits.copy_from_slice((seconds + ahead).to_string().as_bytes());
    }
}
