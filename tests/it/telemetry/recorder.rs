//! A recorder of metrics for one test.

use std::{collections::BTreeMap, future::Future};

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

/// All recorded metrics: a map from the name and labels, such as `name{label="text"}`, to the value.
#[derive(Default, Debug, PartialEq)]
pub(crate) struct Recorded(pub(crate) BTreeMap<String, f64>);

impl Recorded {
    #[expect(clippy::cast_precision_loss, reason = "the counts are small")]
    pub(crate) fn now(snapshotter: &Snapshotter) -> Self {
        let read = |value| match value {
            DebugValue::Counter(count) => count as f64,
            DebugValue::Gauge(value) => value.into_inner(),
            DebugValue::Histogram(_) => f64::NAN,
        };
        let entries = snapshotter.snapshot().into_vec().into_iter();
        Self(
            entries
                .map(|(key, _, _, value)| {
                    let labels = key.key().labels();
                    let labels: String = labels
                        .map(|label| format!("{{{}={:?}}}", label.key(), label.value()))
                        .collect();
                    (format!("{}{labels}", key.key().name()), read(value))
                })
                .collect(),
        )
    }

    pub(crate) fn of(expected: &[(&str, &str, f64)]) -> Self {
        let name = |(name, labels, value): &(&str, &str, f64)| (format!("{name}{labels}"), *value);
        Self(expected.iter().map(name).collect())
    }
}

/// Runs the test on the current thread, with a recorder for this thread only.
pub(crate) fn with_recorder<F: Future<Output = ()>>(test: impl FnOnce(Snapshotter) -> F) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(test(snapshotter)));
}
