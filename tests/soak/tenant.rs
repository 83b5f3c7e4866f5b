//! The tenant of the soak test, and its events: key rotations, stalled answers and network outages.

use std::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use logto_runtime::{
    Algorithm,
    test_util::{Fault, TenantEndpoint, TestTenant},
};
use tokio::time::sleep;

use super::{gate::Gate, tokens::Tokens};

/// The events in their order. The number is the length of the pause after the event, in milliseconds.
const EVENTS: [(Event, u64); 12] = [
    (Event::Recover, 1_000),
    (Event::Rotate(Algorithm::ES384), 1_000),
    (Event::Rotate(Algorithm::RS256), 900),
    (Event::Stall, 700),
    (Event::Rotate(Algorithm::ES384), 800),
    (Event::Recover, 2_100),
    (Event::CutOff, 700),
    (Event::Rotate(Algorithm::ES256), 800),
    (Event::Recover, 2_100),
    // Long enough for the keys to become stale, and for several fetches to fail.
    (Event::CutOff, 7_000),
    (Event::Rotate(Algorithm::EdDSA), 100),
    (Event::Recover, 8_000),
];

#[derive(Clone, Copy, Debug)]
enum Event {
    /// Ends a stall or an outage.
    Recover,
    /// Signs with a new key. The key set also keeps the previous key, but no older key.
    Rotate(Algorithm),
    /// Stalls the answers of the key set endpoint.
    Stall,
    /// Closes every new connection to the tenant.
    CutOff,
}

pub(crate) struct Tenant {
    embedded: TestTenant,
    gate: Gate,
    /// The number of rotations. Incremented before the key set changes.
    rotations: AtomicU64,
    /// The tokens of each key, in the order of the keys.
    tokens: RwLock<Vec<Arc<Tokens>>>,
    network: RwLock<Network>,
}

/// Whether the service can fetch keys, with the times of the last outage and the last rotation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network {
    pub(crate) down: bool,
    pub(crate) recovered: Instant,
    pub(crate) rotated: Instant,
    went_down: Instant,
    /// The length of the last outage.
    pub(crate) outage: Duration,
}

impl Tenant {
    pub(crate) fn new(embedded: TestTenant, gate: Gate) -> Self {
        let first = Arc::new(Tokens::of(&embedded));
        Self {
            embedded,
            gate,
            rotations: AtomicU64::new(0),
            tokens: RwLock::new(vec![first]),
            network: RwLock::new(Network {
                down: false,
                recovered: Instant::now(),
                rotated: Instant::now(),
                went_down: Instant::now(),
                outage: Duration::ZERO,
            }),
        }
    }

    pub(crate) fn embedded(&self) -> &TestTenant {
        &self.embedded
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.gate.connections()
    }

    pub(crate) fn rotations(&self) -> u64 {
        self.rotations.load(Ordering::SeqCst)
    }

    /// Returns the number of the newest key that signed tokens, and its tokens.
    pub(crate) fn newest(&self) -> (u64, Arc<Tokens>) {
        let tokens = self.tokens.read().expect("lock");
        let newest = tokens.len() - 1;
        (newest as u64, Arc::clone(&tokens[newest]))
    }

    pub(crate) fn tokens_of(&self, key: u64) -> Arc<Tokens> {
        Arc::clone(&self.tokens.read().expect("lock")[usize::try_from(key).expect("few keys")])
    }

    pub(crate) fn network(&self) -> Network {
        *self.network.read().expect("lock")
    }

    /// Repeats the events until the future is dropped.
    pub(crate) async fn change(&self) {
        loop {
            for (event, milliseconds) in EVENTS {
                self.apply(event);
                sleep(Duration::from_millis(milliseconds)).await;
            }
        }
    }

    fn apply(&self, event: Event) {
        match event {
            Event::Recover => {
                self.embedded.recover();
                self.gate.shut(false);
                self.set_down(false);
            }
            Event::Rotate(algorithm) => self.rotate(algorithm),
            Event::Stall => {
                self.set_down(true);
                self.embedded.fault(TenantEndpoint::KeySet, Fault::Stall);
            }
            Event::CutOff => {
                self.set_down(true);
                self.gate.shut(true);
            }
        }
    }

    fn rotate(&self, algorithm: Algorithm) {
        self.rotations.fetch_add(1, Ordering::SeqCst);
        self.embedded.rotate(algorithm);
        let tokens = Arc::new(Tokens::of(&self.embedded));
        self.tokens.write().expect("lock").push(tokens);
        self.network.write().expect("lock").rotated = Instant::now();
    }

    fn set_down(&self, down: bool) {
        let mut network = self.network.write().expect("lock");
        match (network.down, down) {
            (false, true) => network.went_down = Instant::now(),
            (true, false) => {
                network.recovered = Instant::now();
                network.outage = network.recovered - network.went_down;
            }
            _ => {}
        }
        network.down = down;
    }
}
