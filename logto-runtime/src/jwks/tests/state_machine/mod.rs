//! Runs a service through random sequences of requests, faults, rotations and clock steps, and checks its
//! answers with a reference model.
//!
//! For a long run, set `PROPTEST_CASES=100000`.

mod model;

use std::{sync::OnceLock, time::Duration};

use proptest::{collection::vec, prelude::*, test_runner::FileFailurePersistence};
use tokio::{task::JoinHandle, time::Instant};

use self::model::{Answered, Model};
use super::{
    endpoint::{Answer, Endpoint},
    support::{Service, TestKey},
};
use crate::verify::VerifyError;

const KEYS: usize = 4;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A request with a token that this key signed. The token was issued now, or long ago. Some keys are not
    /// listed by the endpoint.
    Ask(usize, Issued),
    /// The client that has waited longest disconnects.
    Disconnect,
    /// All clocks advance, and timers fire.
    Wait(Duration),
    /// Only the simulated clocks of the service advance. Timers do not fire.
    SetForward(Duration),
    /// Only the simulated wall clock of the service is set back.
    SetBack(Duration),
    /// A new key signs. The previous one stays listed, and older ones are removed.
    Rotate,
    /// The previous key is removed.
    RemovePrevious,
    Fault(Fault),
    /// The endpoint stops answering: requests wait.
    Hold,
    /// The endpoint answers the waiting requests.
    Release,
}

#[derive(Clone, Copy, Debug)]
enum Issued {
    Now,
    LongAgo,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Status,
    NotAKeySet,
    NotModified,
    Panic,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let duration = || {
        prop_oneof![
            4 => (0_u64..3_000).prop_map(Duration::from_millis),
            3 => (3_u64..70).prop_map(Duration::from_secs),
            2 => (250_u64..1_000).prop_map(Duration::from_secs),
            1 => (80_000_u64..90_000).prop_map(Duration::from_secs),
        ]
    };
    let fault = prop_oneof![
        3 => Just(Fault::None),
        1 => Just(Fault::Status),
        1 => Just(Fault::NotAKeySet),
        1 => Just(Fault::NotModified),
        1 => Just(Fault::Panic),
    ];
    let issued = prop_oneof![2 => Just(Issued::Now), 1 => Just(Issued::LongAgo)];
    let step = prop_oneof![
        12 => (0..KEYS + 1, issued).prop_map(|(key, issued)| Step::Ask(key, issued)),
        1 => Just(Step::Disconnect),
        6 => duration().prop_map(Step::Wait),
        2 => duration().prop_map(Step::SetForward),
        1 => duration().prop_map(Step::SetBack),
        2 => Just(Step::Rotate),
        1 => Just(Step::RemovePrevious),
        2 => fault.prop_map(Step::Fault),
        1 => Just(Step::Hold),
        2 => Just(Step::Release),
    ];
    vec(step, 1..80)
}

/// Returns the keys, each with an old token. The tenant never lists the last key, and rotates through the
/// others.
fn keys() -> &'static [(TestKey, String)] {
    static KEYS_AND_TOKENS: OnceLock<Vec<(TestKey, String)>> = OnceLock::new();
    KEYS_AND_TOKENS.get_or_init(|| {
        let keys = (0..=KEYS).map(|number| TestKey::new(format!("k{number}")));
        keys.map(|key| (key.clone(), key.token_issued_at(0, "alice")))
            .collect()
    })
}

struct Machine {
    service: Service,
    model: Model,
    signing: usize,
    listed: Vec<usize>,
    waiting: Vec<Waiting>,
}

struct Waiting {
    key: usize,
    since: Instant,
    /// Whether the key of the request has been usable during the whole wait.
    usable: bool,
    request: JoinHandle<Result<(), VerifyError>>,
}

impl Machine {
    fn new() -> Self {
        let service = Service::new(&Endpoint::serving(&[&keys()[0].0]));
        Self {
            model: Model::new(service.verifier.clock.clone()),
            service,
            signing: 0,
            listed: vec![0],
            waiting: Vec::new(),
        }
    }

    async fn take(&mut self, step: Step) {
        let endpoint = self.service.endpoint.clone();
        match step {
            Step::Ask(key, issued) => self.ask(key, issued),
            Step::Disconnect => {
                if !self.waiting.is_empty() {
                    self.waiting.remove(0).request.abort();
                }
            }
            Step::Wait(duration) => self.wait(duration).await,
            Step::SetForward(duration) => self.service.time.advance(duration),
            Step::SetBack(duration) => self.service.time.set_back(duration),
            Step::Rotate => {
                let old = self.signing;
                self.signing = (old + 1) % KEYS;
                self.listed = vec![self.signing, old];
                self.serve();
            }
            Step::RemovePrevious => {
                self.listed.truncate(1);
                self.serve();
            }
            Step::Fault(Fault::None) => self.serve(),
            Step::Fault(Fault::Status) => endpoint.fail(),
            Step::Fault(Fault::NotAKeySet) => endpoint.answer(Answer::Document(b"<html>".into())),
            Step::Fault(Fault::NotModified) => endpoint.answer(Answer::NotModified),
            Step::Fault(Fault::Panic) => endpoint.answer(Answer::Panic),
            Step::Hold => endpoint.hold(),
            Step::Release => endpoint.release(),
        }
        self.settle().await;
    }

    /// Advances the time. While a fetch runs or a request waits, advances it in small slices, so that timers
    /// fire in order.
    async fn wait(&mut self, duration: Duration) {
        let mut left = duration;
        while !left.is_zero() && self.service.endpoint.running() + self.waiting.len() > 0 {
            let slice = left.min(Duration::from_millis(500));
            tokio::time::advance(slice).await;
            self.settle().await;
            left -= slice;
        }
        tokio::time::advance(left).await;
    }

    /// Makes the endpoint serve the listed keys, which also ends a fault.
    fn serve(&self) {
        let listed: Vec<_> = self.listed.iter().map(|key| &keys()[*key].0).collect();
        self.service.endpoint.serve(&listed);
    }

    fn ask(&mut self, key: usize, issued: Issued) {
        let (test_key, old_token) = &keys()[key];
        let id = &test_key.id;
        let token = &match issued {
            Issued::Now => test_key.token_issued_at(self.service.time.unix_seconds(), "alice"),
            Issued::LongAgo => old_token.clone(),
        };
        let usable = self.model.is_usable(id);
        if self.model.must_not_wait(id) {
            assert_eq!(
                self.service.ask_now(token),
                Some(Ok(())),
                "{id} had to wait"
            );
        } else {
            self.waiting.push(Waiting {
                key,
                since: Instant::now(),
                usable,
                request: self.service.spawn(token),
            });
        }
    }

    /// Runs all tasks that are ready, and compares the results with the model.
    async fn settle(&mut self) {
        for _ in 0..30 {
            tokio::task::yield_now().await;
        }
        assert!(
            self.service.endpoint.most_in_flight() <= 1,
            "two fetches at once"
        );
        self.model.observe(&self.service.endpoint.take_events());
        let waiting = std::mem::take(&mut self.waiting);
        for mut one in waiting {
            let id = &keys()[one.key].0.id;
            one.usable &= self.model.is_usable(id);
            if one.request.is_finished() {
                let answer = match one.request.await.unwrap() {
                    Ok(()) => Answered::Accepted,
                    Err(VerifyError::UnknownKey { .. }) => Answered::Unknown,
                    Err(VerifyError::KeysUnavailable { .. }) => Answered::Unavailable,
                    // The wall clock was set back during the wait.
                    Err(VerifyError::IssuedInTheFuture) => continue,
                    Err(other) => panic!("{other}"),
                };
                self.model.check(id, answer);
            } else {
                // With a usable key: at most two waits of two seconds, because the first fetch can be lost.
                // Without a usable key: at most four fetches of five seconds (see `wait_for_key`).
                let longest = if one.usable { 4 } else { 20 };
                let waited = one.since.elapsed();
                let limit = Duration::from_secs(longest);
                assert!(waited <= limit, "{id} waits for {waited:?}");
                self.waiting.push(one);
            }
        }
        self.model.settled();
    }

    /// Ends all faults, and checks that the listed keys are usable a minute later.
    async fn recover(&mut self) {
        self.take(Step::Release).await;
        self.take(Step::Fault(Fault::None)).await;
        self.take(Step::Wait(Duration::from_secs(61))).await;
        for key in self.listed.clone() {
            let answer = self.service.ask(&keys()[key].1).await;
            assert_eq!(answer, Ok(()), "no recovery");
        }
        self.settle().await;
        for (number, (key, token)) in keys().iter().enumerate() {
            let answer = self.service.ask_now(token);
            let expected = self.model.knows(&key.id).then_some(Ok(()));
            assert_eq!(answer, expected, "{}", key.id);
            assert!(!self.listed.contains(&number) || expected.is_some());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        // A failing sequence is printed, not stored. Write a separate test for it.
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_sequence_of_requests_and_faults_agrees_with_the_model(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut machine = Machine::new();
            for step in steps {
                machine.take(step).await;
            }
            machine.recover().await;
        });
    }
}
