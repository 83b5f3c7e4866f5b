//! Checks that a list of revocations adds no allocations to a request with a cached token.

use std::time::Duration;

use logto_runtime::{Revocation, Revocations, Silence, test_util::MemoryLog};

use super::Api;

#[test]
fn checking_revocations_does_not_allocate_for_a_cached_token() {
    let expected = Api::new(|token| token).allocations("/guarded");
    for entries in [0, 100_000] {
        let mut api = Api::with(
            |token| token,
            |logto, endpoint| {
                let revocations = Revocations::in_memory(endpoint);
                let runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = { runtime }.build().unwrap();
                for id in 0..entries {
                    let revocation = Revocation::subject(format!("user-{id}"));
                    runtime.block_on(revocations.revoke(revocation)).unwrap();
                }
                assert_eq!(revocations.health().entries, entries);
                logto.revocations(&revocations)
            },
        );
        assert_eq!(api.allocations("/guarded"), expected, "{entries}");
    }
}

/// With a log, each request also checks whether the log was read, and whether the process was paused.
#[test]
fn a_revocation_log_does_not_allocate_for_a_cached_token() {
    let expected = Api::new(|token| token).allocations("/guarded");
    let reads = tokio::runtime::Builder::new_multi_thread();
    let reads = { reads }.worker_threads(1).enable_all().build().unwrap();
    for silence in [
        Silence::Serve,
        Silence::RefuseOlderThan(Duration::from_secs(60)),
        Silence::Unavailable(Duration::from_secs(60)),
    ] {
        let mut api = Api::with(
            |token| token,
            |logto, endpoint| {
                let _entered = reads.enter();
                let builder = Revocations::builder(endpoint).log(MemoryLog::new());
                let revocations = builder.when_silent(silence).start().unwrap();
                let _route: axum::routing::MethodRouter = revocations.webhook(["0123456789abcdef"]);
                revocations.accept_empty_log();
                reads.block_on(revocations.ready()).unwrap();
                let revocation = Revocation::subject("somebody else");
                reads.block_on(revocations.revoke(revocation)).unwrap();
                logto.revocations(&revocations)
            },
        );
        assert_eq!(api.allocations("/guarded"), expected, "{silence:?}");
    }
}
