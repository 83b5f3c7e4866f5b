//! How fast revocations reach replicas, and the time and the memory for loading many revocations. These tests
//! print the figures.
//!
//! `logto-runtime/docs/revocation.md` shows the figures, and the command that prints them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant, UNIX_EPOCH},
};

use allocation_counter::measure;
use logto_runtime::{RejectionCode, RevocationLog, test_util::TestTenant};

use super::{
    SOON, is_long,
    model::{Deciding, Model},
    replica::{Replica, tenant, token},
    server::{Server, whole_machine},
};

const ENTRIES: usize = 100_000;

impl Server {
    /// Fills the stream `{n}:revoked` with an entry for each of `user-1` to `user-<entries>`. The entries
    /// refuse tokens that were issued more than 30 s ago.
    pub(super) fn fill(&self, entries: usize, tenant: &TestTenant) {
        let script = "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'r', \
                      '{\"v\":1,\"kind\":\"subject\",\"id\":\"user-' .. i .. '\",\"not_before\":' \
                      .. ARGV[2] .. '}') end";
        let not_before = tenant.now().duration_since(UNIX_EPOCH).unwrap().as_secs() - 30;
        let (entries, not_before) = (entries.to_string(), not_before.to_string());
        self.command(&["EVAL", script, "1", "{n}:revoked", &entries, &not_before]);
        assert_eq!(self.command(&["XLEN", "{n}:revoked"]), entries);
    }
}

/// While webhooks arrive, each replica verifies cached tokens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_reaches_three_replicas_under_load_within_two_seconds() {
    let Some(machine) = whole_machine().await else {
        return;
    };
    let server = machine.server();
    let tenant = tenant();
    let receiver = Replica::receiver(&tenant, server.log()).await;
    let replicas = [(); 3].map(|()| Arc::new(Replica::start(&tenant, server.log())));
    for replica in &replicas {
        replica.ready().await;
    }
    let (stop, verified) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let load: Vec<_> = replicas
        .iter()
        .map(|replica| {
            let tokens: Vec<_> = (0..100)
                .map(|number| token(&tenant, &format!("other-{number}")))
                .collect();
            let (replica, stop, verified) = (
                Arc::clone(replica),
                Arc::clone(&stop),
                Arc::clone(&verified),
            );
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    for token in &tokens {
                        replica.verify(token).await.unwrap();
                    }
                    verified.fetch_add(tokens.len(), Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            })
        })
        .collect();
    let started = Instant::now();
    let mut times = Vec::new();
    for round in 0..if is_long() { 2_000 } else { 100 } {
        let user = format!("user-{round}");
        let token = token(&tenant, &user);
        for replica in &replicas {
            replica.verify(&token).await.unwrap();
        }
        let sent = Instant::now();
        assert_eq!(receiver.deliver_deletion(&user).await, 200);
        let refused = replicas.iter().map(|replica| replica.until_refused(&token));
        for refused in futures_util::future::join_all(refused).await {
            times.push(refused - sent);
        }
    }
    let each_second = verified.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    futures_util::future::join_all(load).await;
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    report!(
        "from webhook to 401 on three replicas, {} times, under {each_second:.0} requests a second: \
         median {:?}, p99 {:?}, greatest {:?}",
        times.len(),
        at(50),
        at(99),
        at(100)
    );
    assert!(at(100) < SOON, "{:?}", at(100));
}

/// Only allocations on the thread of the test are counted, so the replica runs on this thread.
#[test]
fn a_starting_replica_loads_100_000_revocations_and_decides_like_a_plain_model() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let Some(machine) = runtime.block_on(whole_machine()) else {
        return;
    };
    let server = machine.server_with(&[]);
    let tenant = tenant();
    let (mut model, records) = Model::random(ENTRIES, &tenant);
    let mut log = server.log().log_name("n");
    log.set_up("", Duration::from_secs(3_600));
    for batch in records.chunks(1_000) {
        runtime.block_on(log.append(batch)).unwrap();
    }
    assert_eq!(server.records(), records.len());
    let mut replica = None;
    let mut took = Duration::MAX;
    let memory = measure(|| {
        runtime.block_on(async {
            let started = Instant::now();
            let one = Replica::start(&tenant, server.log().log_name("n"));
            one.ready().await;
            took = started.elapsed();
            replica = Some(one);
        });
    });
    let replica = replica.unwrap();
    let mib = |bytes: i64| bytes as f64 / f64::from(1 << 20);
    report!(
        "{ENTRIES} revocations are loaded in {took:?}; {:.1} MiB, at most {:.1} MiB meanwhile",
        mib(memory.bytes_current),
        mib(memory.bytes_max as i64)
    );
    assert_eq!(replica.health().entries, ENTRIES);
    assert!(memory.bytes_max < 32 << 20, "{memory:?}");
    // A debug build parses slowly.
    let bound = if cfg!(debug_assertions) {
        4 * SOON
    } else {
        SOON
    };
    assert!(took < bound, "{took:?}");

    let verdicts = if is_long() { 300_000 } else { 3_000 };
    let (mut refused, mut deciding) = (0, Deciding::default());
    for _ in 0..verdicts {
        let token = model.token();
        let refused_by = model.refused_by(&token);
        deciding.add(&refused_by);
        refused += usize::from(!refused_by.is_empty());
        let expected = (!refused_by.is_empty()).then_some(RejectionCode::Revoked);
        let signed = token.mint(&tenant);
        // The second time, the verified token is in the cache.
        for _ in 0..2 {
            let got = runtime.block_on(replica.code(&signed));
            assert_eq!(
                got, expected,
                "in the model, {refused_by:?} refuse {token:?}"
            );
        }
    }
    report!(
        "{verdicts} verdicts equal those of a plain model, {refused} tokens are refused; by one kind of entry \
         alone: {deciding:?}"
    );
    deciding.assert_all();
}
