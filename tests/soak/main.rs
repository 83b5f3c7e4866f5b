//! Puts the `saas` API under constant load. Meanwhile, its tenant rotates keys, stalls, and is cut off and
//! reconnected. Strangers send tokens of unknown keys. The test fails if an answer is wrong, or if the
//! service fetches keys too often. It also fails if fewer than 500 requests had a token whose key the
//! service certainly had. Such a run tests too little.
//!
//! A run takes twelve seconds, or as many minutes as `--minutes` says:
//! `cargo test --release -p logto-tests --test soak -- --minutes 30`.

#![expect(
    clippy::expect_used,
    reason = "a test without a harness fails if its setup panics"
)]

mod callers;
mod figures;
mod gate;
mod tenant;
mod tokens;
mod verdicts;

use std::{env, process::ExitCode, sync::Arc, time::Duration};

use logto_runtime::{Logto, Revocations};
use metrics_exporter_prometheus::PrometheusBuilder;
use saas::{ORG, PRODUCTS, embedded};
use tokio::net::TcpListener;

use self::{callers::Target, figures::Figures, gate::Gate, tenant::Tenant, tokens::Strangers};

/// Short, so that keys become stale in outages. Then fetches in the background fail, and the service must
/// still use the stale keys. After an outage, a fetch must refresh them.
const FRESH_FOR: Duration = Duration::from_secs(2);
const COOLDOWN: Duration = Duration::from_secs(1);

/// The length of a run without `--minutes`.
const SHORT: Duration = Duration::from_secs(12);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = env::args().skip(1).collect::<Vec<_>>();
    let length = match length(&arguments) {
        Ok(Some(length)) => length,
        Ok(None) => return ExitCode::SUCCESS,
        Err(mistake) => {
            eprintln!("soak: {mistake}");
            return ExitCode::FAILURE;
        }
    };
    let figures = soak(length).await;
    println!("{figures}");
    match figures.faults().as_slice() {
        [] => ExitCode::SUCCESS,
        faults => {
            for fault in faults {
                eprintln!("soak: {fault}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Returns the length of the run. Returns `None` if the arguments select only other tests.
fn length(arguments: &[String]) -> Result<Option<Duration>, &'static str> {
    let minutes = arguments
        .iter()
        .position(|argument| argument == "--minutes");
    if let Some(minutes) = minutes {
        let minutes = arguments
            .get(minutes + 1)
            .and_then(|minutes| minutes.parse::<u64>().ok())
            .filter(|minutes| *minutes > 0)
            .ok_or("--minutes takes a whole number above zero, like `--minutes 30`")?;
        return Ok(Some(Duration::from_secs(60 * minutes)));
    }
    let filter = arguments.first().filter(|first| !first.starts_with('-'));
    let wanted = filter.is_none_or(|filter| "soak".contains(&**filter));
    Ok(wanted.then_some(SHORT))
}

async fn soak(length: Duration) -> Figures {
    let embedded = embedded(0).expect("no loopback port");
    let gate = Gate::before(embedded.endpoint()).await;
    let logto = Logto::builder(embedded.endpoint())
        .jwks_uri(format!("{}/oidc/jwks", gate.endpoint()))
        .resource(PRODUCTS)
        .named_resource("org", ORG)
        .keys_fresh_for(FRESH_FOR)
        .unknown_key_cooldown(COOLDOWN)
        .build()
        .expect("settings");
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("no loopback port");
    let target = Target::new(listener.local_addr().expect("no address"));
    let revocations = Revocations::in_memory(embedded.endpoint());
    let app = saas::app(logto, &revocations, None, metrics).expect("a document");
    tokio::spawn(async move { axum::serve(listener, app).await });

    let tenant = Arc::new(Tenant::new(embedded, gate));
    let strangers = Arc::new(Strangers::of(&tenant));
    let figures = Figures::default();
    callers::all(length, &target, &tenant, &strangers, &figures).await;
    figures.closed(length, tenant.fetches())
}
