//! Captures everything that the current thread logs, at every level, from every crate.

use std::{
    fmt::{Debug, Write as _},
    mem,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::{DefaultGuard, set_default},
};
use tracing_subscriber::{
    Registry,
    layer::{Context, Layer, SubscriberExt},
};

/// Captures what the thread logs, until this value is dropped.
pub(super) struct Log {
    text: Arc<Mutex<String>>,
    _guard: DefaultGuard,
}

impl Log {
    pub(super) fn capture() -> Self {
        let text = Arc::<Mutex<String>>::default();
        let capture = Capture(Arc::clone(&text));
        Self {
            text,
            _guard: set_default(Registry::default().with(capture)),
        }
    }

    /// Takes what was logged since the last call of `take`, or since `capture`.
    pub(super) fn take(&self) -> String {
        mem::take(&mut *self.text.lock().unwrap())
    }
}

struct Capture(Arc<Mutex<String>>);

impl Capture {
    fn write(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(format!(
            "{} {} {}",
            metadata.level(),
            metadata.target(),
            metadata.name()
        ));
        record(&mut fields);
        let mut text = self.0.lock().unwrap();
        text.push_str(&fields.0);
        text.push('\n');
    }
}

impl<S: Subscriber> Layer<S> for Capture {
    fn on_new_span(&self, span: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        self.write(span.metadata(), |fields| span.record(fields));
    }

    fn on_record(&self, _: &span::Id, values: &span::Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.0.lock().unwrap().push_str(&fields.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.write(event.metadata(), |fields| event.record(fields));
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}
