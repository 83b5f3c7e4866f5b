//! Collects the `tracing` events and spans of the thread of a test.

use std::{cell::RefCell, collections::BTreeMap, fmt::Debug, marker::PhantomData, rc::Rc};

use tracing::{
    Event as TracingEvent, Level, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, filter::Targets, layer::Context, registry::LookupSpan};

/// An event with the target of `logto_runtime`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) fields: Fields,
}

pub(crate) type Fields = BTreeMap<&'static str, String>;

/// Collects events and spans of the current thread until this value is dropped. Needs a current-thread
/// runtime.
pub(crate) struct Events(PhantomData<*const ()>);

#[derive(Default)]
struct Log {
    events: Vec<Event>,
    spans: BTreeMap<&'static str, Fields>,
}

type OnEvent = Rc<dyn Fn(&str)>;

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
    static ON_EVENT: RefCell<Option<OnEvent>> = const { RefCell::new(None) };
}

impl Events {
    pub(crate) fn collect() -> Self {
        LOG.set(Some(Log::default()));
        Self(PhantomData)
    }

    /// Calls `on_event` with the message of each event, while the program logs the event.
    pub(crate) fn call(self, on_event: impl Fn(&str) + 'static) -> Self {
        ON_EVENT.set(Some(Rc::new(on_event)));
        self
    }

    /// Takes the events that were not taken before.
    pub(crate) fn take(&self) -> Vec<Event> {
        self.log(|log| std::mem::take(&mut log.events))
    }

    /// Takes the events that were not taken before. There must be exactly one.
    #[track_caller]
    pub(crate) fn only(&self) -> Event {
        let mut events = self.take();
        assert_eq!(events.len(), 1, "{events:#?}");
        events.remove(0)
    }

    /// Takes the events that were not taken before. Returns the only event whose message contains this text.
    #[track_caller]
    pub(crate) fn only_of(&self, message: &str) -> Event {
        let mut events = self.take();
        events.retain(|event| event.message.contains(message));
        assert_eq!(events.len(), 1, "{events:#?}");
        events.remove(0)
    }

    /// Returns the fields of the newest span with this name, or an empty map if no span has this name.
    pub(crate) fn span(&self, name: &str) -> Fields {
        self.log(|log| log.spans.get(name).cloned())
            .unwrap_or_default()
    }

    fn log<T>(&self, read: impl FnOnce(&mut Log) -> T) -> T {
        LOG.with_borrow_mut(|log| read(log.as_mut().unwrap()))
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        LOG.set(None);
        ON_EVENT.set(None);
    }
}

/// Returns a layer for the subscriber of the whole process. A subscriber per thread would miss events:
/// `tracing` caches whether an event is enabled, and all threads share this cache.
pub(crate) fn per_thread<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let targets = Targets::new()
        .with_target("logto", Level::TRACE)
        .with_target(module_path!().split("::").next().unwrap(), Level::TRACE);
    PerThread.with_filter(targets)
}

struct PerThread;

impl<S> Layer<S> for PerThread
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &TracingEvent<'_>, _: Context<'_, S>) {
        if event.metadata().target() != logto_runtime::telemetry::TARGET {
            return;
        }
        let mut read = Reader::default();
        event.record(&mut read);
        let Reader(mut fields) = read;
        let message = fields.remove("message").unwrap_or_default();
        let on_event = ON_EVENT.with_borrow(Clone::clone);
        if let Some(on_event) = on_event {
            on_event(&message);
        }
        with_log(|log| {
            log.events.push(Event {
                level: *event.metadata().level(),
                message,
                fields,
            });
        });
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut read = Reader::default();
        attributes.record(&mut read);
        let name = attributes.metadata().name();
        with_log(|log| log.spans.insert(name, read.0));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut read = Reader::default();
        values.record(&mut read);
        let name = context.span(id).unwrap().name();
        with_log(|log| log.spans.entry(name).or_default().extend(read.0));
    }
}

fn with_log<T>(write: impl FnOnce(&mut Log) -> T) {
    LOG.with_borrow_mut(|log| {
        log.as_mut().map(write);
    });
}

#[derive(Default)]
struct Reader(Fields);

impl Visit for Reader {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
