//! The tenant and its weather: keys rotate, answers stall, the network dies and comes back.

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

/// What happens, in turn, and for how long nothing else does.
const WEATHER: [(Event, u64); 12] = [
    (Event::Calm, 1_000),
    (Event::Rotate(Algorithm::ES384), 1_000),
    (Event::Rotate(Algorithm::RS256), 900),
    (Event::Stall, 700),
    (Event::Rotate(Algorithm::ES384), 800),
    (Event::Calm, 2_100),
    (Event::Die, 700),
    (Event::Rotate(Algorithm::ES256), 800),
    (Event::Calm, 2_100),
    // Long enough for keys to grow old.
    (Event::Die, 7_000),
    (Event::Rotate(Algorithm::EdDSA), 100),
    (Event::Calm, 8_000),
];

#[derive(Clone, Copy, Debug)]
enum Event {
    Calm,
    /// The newest key signs; the one before it stays listed, and no other.
    Rotate(Algorithm),
    Stall,
    Die,
}

pub(crate) struct Tenant {
    embedded: TestTenant,
    gate: Gate,
    /// How many rotations have begun; counted before the key set changes.
    rotations: AtomicU64,
    /// The tokens of each key, of the first key first.
    tokens: RwLock<Vec<Arc<Tokens>>>,
    sky: RwLock<Sky>,
}

/// Whether keys can be learned, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sky {
    pub(crate) clouded: bool,
    pub(crate) cleared: Instant,
    pub(crate) rotated: Instant,
    darkened: Instant,
    /// How long the last bad weather was.
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
            sky: RwLock::new(Sky {
                clouded: false,
                cleared: Instant::now(),
                rotated: Instant::now(),
                darkened: Instant::now(),
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

    /// The number of the newest key that tokens were signed with, and its tokens.
    pub(crate) fn newest(&self) -> (u64, Arc<Tokens>) {
        let tokens = self.tokens.read().expect("lock");
        let newest = tokens.len() - 1;
        (newest as u64, Arc::clone(&tokens[newest]))
    }

    pub(crate) fn tokens_of(&self, key: u64) -> Arc<Tokens> {
        Arc::clone(&self.tokens.read().expect("lock")[usize::try_from(key).expect("few keys")])
    }

    pub(crate) fn sky(&self) -> Sky {
        *self.sky.read().expect("lock")
    }

    /// Goes on until it is dropped.
    pub(crate) async fn change(&self) {
        loop {
            for (event, milliseconds) in WEATHER {
                self.meet(event);
                sleep(Duration::from_millis(milliseconds)).await;
            }
        }
    }

    fn meet(&self, event: Event) {
        match event {
            Event::Calm => {
                self.embedded.recover();
                self.gate.shut(false);
                self.turn(false);
            }
            Event::Rotate(algorithm) => self.rotate(algorithm),
            Event::Stall => {
                self.turn(true);
                self.embedded.fault(TenantEndpoint::KeySet, Fault::Stall);
            }
            Event::Die => {
                self.turn(true);
                self.gate.shut(true);
            }
        }
    }

    fn rotate(&self, algorithm: Algorithm) {
        self.rotations.fetch_add(1, Ordering::SeqCst);
        self.embedded.rotate(algorithm);
        let tokens = Arc::new(Tokens::of(&self.embedded));
        self.tokens.write().expect("lock").push(tokens);
        self.sky.write().expect("lock").rotated = Instant::now();
    }

    fn turn(&self, clouded: bool) {
        let mut sky = self.sky.write().expect("lock");
        match (sky.clouded, clouded) {
            (false, true) => sky.darkened = Instant::now(),
            (true, false) => {
                sky.cleared = Instant::now();
                sky.outage = sky.cleared - sky.darkened;
            }
            _ => {}
        }
        sky.clouded = clouded;
    }
}
