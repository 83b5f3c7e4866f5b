//! A key set endpoint whose answers are scripted by a test.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use http::HeaderValue;
use serde_json::Value;
use tokio::{sync::watch, time::Instant};

use super::support::{TestKey, document};
use crate::jwks::{
    error::FetchError,
    limits::FETCH_TIMEOUT,
    source::{Fetched, Fetching, KeySource},
};

/// The answer to a request, chosen when the request arrives. If [`Endpoint::hold`] keeps the request waiting,
/// a later change of the script does not change this answer.
#[derive(Clone)]
pub(super) enum Answer {
    /// This document, or 304 if the request has the entity tag of the document.
    Document(Vec<u8>),
    NotModified,
    Failure(Arc<dyn Fn() -> FetchError + Send + Sync>),
    Panic,
}

/// The start or end of a request.
#[derive(Debug)]
pub(super) enum Event {
    Began,
    Ended(End),
}

/// How a request ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// A document with these keys, or 304 if the client already has this document.
    Keys(BTreeSet<String>),
    /// An [`Answer::NotModified`] of the script.
    NotModified,
    /// An error, a document that is not a key set, or a timeout.
    Failed,
    /// The request was dropped without an answer.
    Lost,
}

#[derive(Clone)]
pub(super) struct Endpoint {
    script: Arc<Mutex<Script>>,
    /// While this is true, requests that arrive are not answered.
    held: watch::Sender<bool>,
    arrived: watch::Sender<usize>,
}

struct Script {
    answer: Answer,
    entity_tags: Vec<Option<HeaderValue>>,
    running: usize,
    most_in_flight: usize,
    events: Vec<Event>,
}

impl Endpoint {
    pub(super) fn answering(answer: Answer) -> Self {
        Self {
            script: Arc::new(Mutex::new(Script {
                answer,
                entity_tags: Vec::new(),
                running: 0,
                most_in_flight: 0,
                events: Vec::new(),
            })),
            held: watch::Sender::new(false),
            arrived: watch::Sender::new(0),
        }
    }

    pub(super) fn serving(keys: &[&TestKey]) -> Self {
        Self::answering(Answer::Document(document(keys).into()))
    }

    pub(super) fn failing() -> Self {
        let endpoint = Self::serving(&[]);
        endpoint.fail();
        endpoint
    }

    pub(super) fn answer(&self, answer: Answer) {
        self.script().answer = answer;
    }

    pub(super) fn serve(&self, keys: &[&TestKey]) {
        self.answer(Answer::Document(document(keys).into()));
    }

    pub(super) fn fail(&self) {
        self.fail_with(|| FetchError::Status(http::StatusCode::INTERNAL_SERVER_ERROR));
    }

    pub(super) fn fail_with(&self, error: impl Fn() -> FetchError + Send + Sync + 'static) {
        self.answer(Answer::Failure(Arc::new(error)));
    }

    /// Keeps all later requests waiting until `release`.
    pub(super) fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Answers the held requests. Each gets the answer that was set when it arrived.
    pub(super) fn release(&self) {
        self.held.send_replace(false);
    }

    /// Returns how many requests have arrived.
    pub(super) fn requests(&self) -> usize {
        *self.arrived.borrow()
    }

    /// Waits until this many requests have arrived.
    pub(super) async fn requested(&self, times: usize) {
        let mut arrived = self.arrived.subscribe();
        arrived.wait_for(|count| *count >= times).await.unwrap();
    }

    /// Returns the entity tag of each request.
    pub(super) fn entity_tags(&self) -> Vec<Option<HeaderValue>> {
        self.script().entity_tags.clone()
    }

    pub(super) fn running(&self) -> usize {
        self.script().running
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.script().most_in_flight
    }

    /// Returns the events since the last call.
    pub(super) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.script().events)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    fn arrive(&self, entity_tag: Option<&HeaderValue>) -> (Answer, Running) {
        let mut script = self.script();
        script.entity_tags.push(entity_tag.cloned());
        script.running += 1;
        script.most_in_flight = script.most_in_flight.max(script.running);
        script.events.push(Event::Began);
        self.arrived.send_modify(|count| *count += 1);
        let running = Running {
            endpoint: self.clone(),
            began: Instant::now(),
            end: End::Lost,
        };
        (script.answer.clone(), running)
    }
}

impl KeySource for Endpoint {
    fn fetch<'a>(&'a self, etag: Option<&'a HeaderValue>) -> Fetching<'a> {
        Box::pin(async move {
            let (answer, mut running) = self.arrive(etag);
            let mut held = self.held.subscribe();
            held.wait_for(|held| !held).await.unwrap();
            running.end = answer.end();
            match answer {
                Answer::Document(bytes) if etag == Some(&tag_of(&bytes)) => {
                    Ok(Fetched::NotModified)
                }
                Answer::Document(bytes) => Ok(Fetched::Document {
                    etag: Some(tag_of(&bytes)),
                    bytes,
                }),
                Answer::NotModified => Ok(Fetched::NotModified),
                Answer::Failure(error) => Err(error()),
                Answer::Panic => panic!("the script says so"),
            }
        })
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoint")
    }
}

impl Answer {
    fn end(&self) -> End {
        match self {
            Self::Document(bytes) => ids_in(bytes).map_or(End::Failed, End::Keys),
            Self::NotModified => End::NotModified,
            Self::Failure(_) => End::Failed,
            Self::Panic => End::Lost,
        }
    }
}

/// A request that has arrived. Dropping this value records how the request ended.
struct Running {
    endpoint: Endpoint,
    began: Instant,
    end: End,
}

impl Drop for Running {
    fn drop(&mut self) {
        // A fetch that times out drops its request.
        let timed_out = self.began.elapsed() >= FETCH_TIMEOUT;
        let end = match &self.end {
            End::Lost if timed_out => End::Failed,
            end => end.clone(),
        };
        let mut script = self.endpoint.script();
        script.running -= 1;
        script.events.push(Event::Ended(end));
    }
}

fn ids_in(bytes: &[u8]) -> Option<BTreeSet<String>> {
    let document: Value = serde_json::from_slice(bytes).ok()?;
    let keys = document["keys"].as_array()?;
    let ids = keys.iter().filter_map(|key| key["kid"].as_str());
    Some(ids.map(str::to_owned).collect())
}

fn tag_of(bytes: &[u8]) -> HeaderValue {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let digits: String = digest.as_ref()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{digits}\"").parse().unwrap()
}
