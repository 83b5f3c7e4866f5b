//! Collects the warnings and errors of this crate.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::telemetry;

/// Collects the field `reason` of each warning and of each error of this crate. Clones share what they
/// collect.
#[derive(Clone, Default)]
pub(super) struct Warnings {
    reasons: Arc<Mutex<Vec<String>>>,
    errors: Arc<Mutex<Vec<String>>>,
    panics: bool,
}

impl Warnings {
    /// Returns a subscriber that panics at each warning, after it has collected the warning.
    pub(super) fn panicking() -> Self {
        Self {
            panics: true,
            ..Self::default()
        }
    }

    /// Returns the reasons of the errors since the start.
    pub(super) fn errors(&self) -> Vec<String> {
        self.errors.lock().unwrap().clone()
    }

    /// Returns the reasons of the warnings since the start.
    pub(super) fn reasons(&self) -> Vec<String> {
        self.reasons.lock().unwrap().clone()
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == telemetry::TARGET
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut reason = Reason::default();
        event.record(&mut reason);
        if *event.metadata().level() == Level::ERROR {
            self.errors.lock().unwrap().push(reason.0);
        } else if *event.metadata().level() == Level::WARN {
            self.reasons.lock().unwrap().push(reason.0);
            assert!(!self.panics, "this subscriber panics at each warning");
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The text of the field `reason`.
#[derive(Default)]
struct Reason(String);

impl Visit for Reason {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "reason" {
            self.0 = format!("{value:?}");
        }
    }
}
