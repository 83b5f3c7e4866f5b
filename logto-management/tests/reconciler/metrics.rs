//! Tests the metric that counts the passes of the reconciler. A pass is one run over Logto's log.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use logto_runtime::telemetry::RECONCILIATIONS;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

use crate::World;

/// Returns how many passes were counted, by the value of the label `outcome`.
fn passes(snapshotter: &Snapshotter) -> BTreeMap<String, u64> {
    let entries = snapshotter.snapshot().into_vec().into_iter();
    entries
        .filter(|(key, ..)| key.key().name() == RECONCILIATIONS)
        .map(|(key, _, _, value)| {
            let labels: Vec<_> = key.key().labels().collect();
            assert_eq!((labels.len(), labels[0].key()), (1, "outcome"));
            let DebugValue::Counter(count) = value else {
                panic!("{value:?}");
            };
            (labels[0].value().to_owned(), count)
        })
        .collect()
}

#[test]
fn complete_and_failed_passes_are_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let world = World::start().await;
            let mut reconciler = world.reconciler();
            for _ in 0..2 {
                reconciler.reconcile().await.unwrap();
            }
            world.tenant.fail(StatusCode::FORBIDDEN);
            reconciler.reconcile().await.unwrap_err();
        });
    });
    let expected = [("complete", 2), ("failed", 1)];
    let expected = expected.map(|(outcome, count)| (outcome.to_owned(), count));
    assert_eq!(passes(&snapshotter), expected.into());
}
