//! Random sequences of requests, faults, rotations and clock steps, against a reference model.
//! `PROPTEST_CASES=100000` makes a long run of it.

mod model;

use std::{sync::OnceLock, time::Duration};

use proptest::{collection::vec, prelude::*, test_runner::FileFailurePersistence};
use tokio::{task::JoinHandle, time::Instant};

use self::model::{Model, Told};
use super::{
    endpoint::{Answer, Endpoint},
    support::{Service, TestKey},
};
use crate::verify::VerifyError;

const KEYS: usize = 4;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A request with a token under this key, which may or may not be one of Logto's now.
    Ask(usize),
    /// The caller that has waited longest hangs up.
    HangUp,
    /// All clocks move on, and timers with them.
    Wait(Duration),
    /// Only the wall clock is put forward or back.
    PutForward(Duration),
    PutBack(Duration),
    /// A new key signs, the old one stays listed, and what was there before is gone.
    Rotate,
    ForgetPrevious,
    Fault(Fault),
    Hold,
    Release,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Status,
    Nonsense,
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
        1 => Just(Fault::Nonsense),
        1 => Just(Fault::NotModified),
        1 => Just(Fault::Panic),
    ];
    let step = prop_oneof![
        12 => (0..KEYS + 1).prop_map(Step::Ask),
        1 => Just(Step::HangUp),
        6 => duration().prop_map(Step::Wait),
        2 => duration().prop_map(Step::PutForward),
        1 => duration().prop_map(Step::PutBack),
        2 => Just(Step::Rotate),
        1 => Just(Step::ForgetPrevious),
        2 => fault.prop_map(Step::Fault),
        1 => Just(Step::Hold),
        2 => Just(Step::Release),
    ];
    vec(step, 1..80)
}

/// The keys of the tenant, in turn, and one that never was its own; each with a token.
fn keys() -> &'static [(TestKey, String)] {
    static KEYS_AND_TOKENS: OnceLock<Vec<(TestKey, String)>> = OnceLock::new();
    KEYS_AND_TOKENS.get_or_init(|| {
        let keys = (0..=KEYS).map(|number| TestKey::new(format!("k{number}")));
        keys.map(|key| (key.clone(), key.token("alice"))).collect()
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
    /// Whether its key was known, and could serve, all the while.
    known: bool,
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
            Step::Ask(key) => self.ask(key),
            Step::HangUp => {
                if !self.waiting.is_empty() {
                    self.waiting.remove(0).request.abort();
                }
            }
            Step::Wait(duration) => self.wait(duration).await,
            Step::PutForward(duration) => self.service.time.advance(duration),
            Step::PutBack(duration) => self.service.time.set_back(duration),
            Step::Rotate => {
                let old = self.signing;
                self.signing = (old + 1) % KEYS;
                self.listed = vec![self.signing, old];
                self.serve();
            }
            Step::ForgetPrevious => {
                self.listed.truncate(1);
                self.serve();
            }
            Step::Fault(Fault::None) => self.serve(),
            Step::Fault(Fault::Status) => endpoint.fail(),
            Step::Fault(Fault::Nonsense) => endpoint.answer(Answer::Document(b"<html>".into())),
            Step::Fault(Fault::NotModified) => endpoint.answer(Answer::NotModified),
            Step::Fault(Fault::Panic) => endpoint.answer(Answer::Panic),
            Step::Hold => endpoint.hold(),
            Step::Release => endpoint.release(),
        }
        self.settle().await;
    }

    /// Timers fire in their order only if the time does not leap over several of them.
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

    /// A fault lasts until it is mended, whatever the keys do.
    fn serve(&self) {
        let listed: Vec<_> = self.listed.iter().map(|key| &keys()[*key].0).collect();
        self.service.endpoint.serve(&listed);
    }

    fn ask(&mut self, key: usize) {
        let (TestKey { id, .. }, token) = &keys()[key];
        let known = self.model.can_judge(id);
        if self.model.must_not_wait(id) {
            assert_eq!(self.service.ask_now(token), Some(Ok(())), "{id} made wait");
        } else {
            self.waiting.push(Waiting {
                key,
                since: Instant::now(),
                known,
                request: self.service.spawn(token),
            });
        }
    }

    /// Lets everything happen that happens at this moment, and compares it with the model.
    async fn settle(&mut self) {
        for _ in 0..30 {
            tokio::task::yield_now().await;
        }
        assert!(self.service.endpoint.most_in_flight() <= 1, "two at once");
        self.model.observe(&self.service.endpoint.take_events());
        let waiting = std::mem::take(&mut self.waiting);
        for mut one in waiting {
            let id = &keys()[one.key].0.id;
            one.known &= self.model.can_judge(id);
            if one.request.is_finished() {
                let told = match one.request.await.unwrap() {
                    Ok(()) => Told::Accepted,
                    Err(VerifyError::UnknownKey { .. }) => Told::Unknown,
                    Err(VerifyError::KeysUnavailable { .. }) => Told::Unavailable,
                    Err(other) => panic!("{other}"),
                };
                self.model.judge(id, told);
            } else {
                // Two fetches, should the first one be lost; or four of five seconds each.
                let longest = if one.known { 4 } else { 20 };
                let waited = one.since.elapsed();
                let patience = Duration::from_secs(longest);
                assert!(waited <= patience, "{id} waits for {waited:?}");
                self.waiting.push(one);
            }
        }
        self.model.settled();
    }

    /// Whatever happened: a minute after it is over, all is well.
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
        // A sequence that fails is printed, and becomes a test of its own.
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_of_requests_and_faults_breaks_a_promise(steps in steps()) {
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
