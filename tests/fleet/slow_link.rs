//! A slow link between a process and its Redis server. A test can hold back the answers of the server. A test
//! can also hold back beats, the signs of life of a receiver of webhooks, and deliver them later.

use std::{
    collections::VecDeque,
    mem,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{
        TcpListener, TcpStream, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Notify, watch},
    time::sleep,
};

use super::server::Server;

pub(super) struct SlowLink {
    pub(super) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    socket: PathBuf,
    /// The delay of each message, in each direction.
    delay: Mutex<Duration>,
    reads: Notify,
    /// Whether connections end at once.
    refuses: watch::Sender<bool>,
    answers_held: watch::Sender<bool>,
    beats_held: watch::Sender<bool>,
    /// The beats that are held back, each with its connection to the server.
    beats: Mutex<VecDeque<(OwnedWriteHalf, Vec<u8>)>>,
}

impl SlowLink {
    pub(super) async fn start(server: &Server, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            socket: server.socket(),
            delay: Mutex::new(delay),
            reads: Notify::new(),
            refuses: watch::Sender::new(false),
            answers_held: watch::Sender::new(false),
            beats_held: watch::Sender::new(false),
            beats: Mutex::default(),
        });
        let link = Self {
            url,
            shared: Arc::clone(&shared),
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let _ = client.set_nodelay(true);
                let shared = Arc::clone(&shared);
                let mut refuses = shared.refuses.subscribe();
                tokio::spawn(async move {
                    tokio::select! {
                        biased;
                        _ = refuses.wait_for(|refuses| *refuses) => {}
                        () = carry(client, Arc::clone(&shared)) => {}
                    }
                });
            }
        });
        link
    }

    /// Waits until the process sends its next command for new records.
    pub(super) async fn next_read(&self) {
        self.shared.reads.notified().await;
    }

    pub(super) fn set_delay(&self, delay: Duration) {
        *self.shared.delay.lock().unwrap() = delay;
    }

    /// With `true`, ends all connections, and ends each new connection at once.
    pub(super) fn refuse(&self, refuses: bool) {
        self.shared.refuses.send_replace(refuses);
    }

    pub(super) fn hold_answers(&self, held: bool) {
        self.shared.answers_held.send_replace(held);
    }

    pub(super) fn hold_beats(&self, held: bool) {
        self.shared.beats_held.send_replace(held);
    }

    pub(super) fn held_beats(&self) -> usize {
        self.shared.beats.lock().unwrap().len()
    }

    /// Delivers the oldest beat that is held back. Returns `false` if none is left.
    pub(super) async fn deliver_beat(&self) -> bool {
        let beats = &self.shared.beats;
        let first = beats.lock().unwrap().pop_front();
        let Some((mut to_server, bytes)) = first else {
            return false;
        };
        to_server.write_all(&bytes).await.unwrap();
        // Keeps the connection open: the server must read the beat before the connection ends.
        mem::forget(to_server);
        true
    }
}

async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let server = UnixStream::connect(&shared.socket).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    let answers = tokio::spawn({
        let shared = Arc::clone(&shared);
        async move { carry_answers(from_server, &mut to_client, &shared).await }
    });
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from_client.read(&mut bytes).await {
        let sent = &bytes[..length];
        let has = |command: &[u8]| sent.windows(command.len()).any(|part| part == command);
        if has(b"\r\nXREAD\r\n") {
            shared.reads.notify_waiters();
        }
        if *shared.beats_held.borrow() && has(b"\r\nSET\r\n") {
            let held = (to_server, sent.to_vec());
            shared.beats.lock().unwrap().push_back(held);
            // Waits until the process gives up and closes its connection. The connection to the server stays
            // open.
            let _ = copy(&mut from_client, &mut tokio::io::sink()).await;
            return;
        }
        let delay = *shared.delay.lock().unwrap();
        sleep(delay).await;
        if to_server.write_all(sent).await.is_err() {
            break;
        }
    }
    answers.abort();
}

async fn carry_answers(
    mut from_server: OwnedReadHalf,
    to_client: &mut (impl AsyncWriteExt + Unpin),
    shared: &Shared,
) {
    let mut held = shared.answers_held.subscribe();
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from_server.read(&mut bytes).await {
        let delay = *shared.delay.lock().unwrap();
        sleep(delay).await;
        held.wait_for(|held| !held).await.unwrap();
        if to_client.write_all(&bytes[..length]).await.is_err() {
            break;
        }
    }
}
