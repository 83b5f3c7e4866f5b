//! What the driver tells a contestant.

use nix::{
    sched::{CpuSet, sched_setaffinity},
    unistd::Pid,
};
use serde::{Deserialize, Serialize};

/// The one route.
pub const PATH: &str = "/orders";

/// What a token must grant there.
pub const SCOPE: &str = "write:orders";

/// Where the tenant is and what its tokens look like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The endpoint of the tenant, without `/oidc`.
    pub endpoint: String,
    pub issuer: String,
    pub audience: String,
    pub jwks_uri: String,
    /// The key set, for a contestant whose key is fixed.
    pub key_set: String,
    /// The processor to run on.
    pub core: usize,
}

impl Settings {
    /// The variable of the environment that holds them.
    pub const VARIABLE: &str = "ARENA_SETTINGS";

    pub(crate) fn from_environment() -> Self {
        let settings = std::env::var(Self::VARIABLE)
            .expect("ARENA_SETTINGS is not set; `cargo run -p compare` starts contestants");
        serde_json::from_str(&settings).expect("settings")
    }
}

/// Keeps this thread, and those it will start, on one processor.
pub(crate) fn pin_to(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core).expect("a processor's number");
    sched_setaffinity(Pid::from_raw(0), &cores).expect("a processor to run on");
}
