//! The callers of the soak test: clients, strangers (callers with unknown keys) and slow connections. The
//! number of callers is bounded, and so is the rate of each client.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{Client, Method};
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    figures::Figures,
    tenant::Tenant,
    tokens::{Call, Strangers},
    verdicts::Shown,
};

const CLIENTS: usize = 6;
const STRANGERS: usize = 2;
const SLOW: usize = 4;

/// The pause between two requests of a client. A stranger pauses ten times as long.
const PAUSE: Duration = Duration::from_millis(20);

#[derive(Clone)]
pub(crate) struct Target {
    address: SocketAddr,
    client: Client,
}

impl Target {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .build()
            .expect("a client");
        Self { address, client }
    }

    /// Sends the call. Returns the status, or 0 without an answer.
    async fn send(&self, call: &Call) -> u16 {
        let method = Method::from_bytes(call.method.as_bytes()).expect("a method");
        let request = self
            .client
            .request(method, format!("http://{}{}", self.address, call.path))
            .bearer_auth(&call.token)
            .json(&serde_json::json!({"email": "new@example.com"}));
        match request.send().await {
            Ok(answer) => {
                let status = answer.status().as_u16();
                drop(answer.bytes().await);
                status
            }
            Err(_) => 0,
        }
    }
}

/// Runs all callers for `length`, while the tenant changes, and waits for the last answers.
pub(crate) async fn all(
    length: Duration,
    target: &Target,
    tenant: &Arc<Tenant>,
    strangers: &Arc<Strangers>,
    figures: &Figures,
) {
    let end = Instant::now() + length;
    let shown = Arc::<Shown>::default();
    let mut callers = Vec::new();
    for seed in 0..CLIENTS {
        let (target, tenant) = (target.clone(), Arc::clone(tenant));
        let (shown, figures) = (Arc::clone(&shown), figures.clone());
        callers.push(tokio::spawn(async move {
            client(end, seed, &target, &tenant, &shown, &figures).await;
        }));
    }
    for seed in 0..STRANGERS {
        let (target, tenant, strangers) =
            (target.clone(), Arc::clone(tenant), Arc::clone(strangers));
        let (shown, figures) = (Arc::clone(&shown), figures.clone());
        callers.push(tokio::spawn(async move {
            let mut pace = pace(PAUSE * 10);
            for call in strangers.0.iter().cycle().skip(seed) {
                if Instant::now() >= end {
                    break;
                }
                pace.tick().await;
                ask(&target, &tenant, &shown, &figures, None, call).await;
            }
        }));
    }
    for _ in 0..SLOW {
        let target = target.clone();
        callers.push(tokio::spawn(async move { slow(end, &target).await }));
    }
    let events = {
        let tenant = Arc::clone(tenant);
        tokio::spawn(async move { tenant.change().await })
    };
    for caller in callers {
        caller.await.expect("a caller panicked");
    }
    events.abort();
}

async fn client(
    end: Instant,
    seed: usize,
    target: &Target,
    tenant: &Tenant,
    shown: &Shown,
    figures: &Figures,
) {
    let mut pace = pace(PAUSE);
    for turn in seed.. {
        pace.tick().await;
        if Instant::now() >= end {
            break;
        }
        // In ten turns, a client sends six tokens of the newest key, two of the key before it, and two of
        // removed keys.
        let (newest, _) = tenant.newest();
        let back = [0, 0, 0, 1, 0, 0, 1, 2, 0, 3][turn % 10];
        let key = newest.saturating_sub(back);
        let tokens = tenant.tokens_of(key);
        let call = &tokens.0[turn / 10 % tokens.0.len()];
        ask(target, tenant, shown, figures, Some(key), call).await;
    }
}

async fn ask(
    target: &Target,
    tenant: &Tenant,
    shown: &Shown,
    figures: &Figures,
    key: Option<u64>,
    call: &Call,
) {
    let asked = shown.ask(tenant, key);
    let sent = Instant::now();
    let status = target.send(call).await;
    let took = sent.elapsed();
    let verdict = shown.evaluate(&asked, tenant, status, call.status);
    let what = || {
        format!(
            "{} (key {key:?}) got {status}, not {}",
            call.what, call.status
        )
    };
    figures.count(verdict, status, took, what);
}

/// Opens connections that send a part of a request, one byte at a time, and then close.
async fn slow(end: Instant, target: &Target) {
    const HEADER: &[u8] = b"GET /api/products HTTP/1.1\r\nhost: a\r\nauthorization: Bearer eyJ";
    while Instant::now() < end {
        let Ok(mut connection) = TcpStream::connect(target.address).await else {
            continue;
        };
        for byte in HEADER.chunks(1) {
            sleep(Duration::from_millis(50)).await;
            let sent = timeout(Duration::from_secs(1), connection.write_all(byte)).await;
            if !matches!(sent, Ok(Ok(()))) || Instant::now() >= end {
                break;
            }
        }
    }
}

fn pace(pause: Duration) -> tokio::time::Interval {
    let mut pace = interval(pause);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}
