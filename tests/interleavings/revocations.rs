//! A writer that revokes a token, and readers that verify it.

use loom::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{found_clean::FoundClean, generation::Generation};

/// A list of revocations with at most one entry, and what is remembered about one token.
struct Revocations {
    revoked: RwLock<bool>,
    /// A counter of the changes of the list.
    generation: Generation,
    /// The generation in which the token was last looked up and not refused.
    token: FoundClean,
    /// Whether the revocation log has been read. Before that, no token passes.
    loaded: AtomicBool,
}

impl Revocations {
    fn new() -> Self {
        Self {
            revoked: RwLock::new(false),
            generation: Generation::first(),
            token: FoundClean::never(),
            loaded: AtomicBool::new(false),
        }
    }

    fn revoke(&self) {
        *self.revoked.write().unwrap() = true;
        self.generation.raise();
    }

    fn look_up(&self) -> Option<()> {
        self.revoked.read().unwrap().then_some(())
    }

    /// Asks as the library does. A token that was found clean (not revoked) in the current generation is not
    /// looked up. For other tokens, the generation is read before the look-up.
    fn is_refused(&self) -> bool {
        let look_up = || self.look_up();
        !self.generation.is_known_to(&self.token)
            && self.generation.look_up(&self.token, look_up).is_some()
    }

    /// Reads a log that revokes the token.
    fn read_log(&self) {
        self.revoke();
        self.loaded.store(true, Ordering::Release);
    }

    /// Asks as the library does: first whether the log has been read, and then the list.
    fn passes(&self) -> bool {
        self.loaded.load(Ordering::Acquire) && !self.is_refused()
    }

    /// Asks in the wrong order: first the list, and then whether the log has been read.
    fn passes_with_the_list_asked_first(&self) -> bool {
        !self.is_refused() && self.loaded.load(Ordering::Acquire)
    }

    /// Asks in the wrong order: reads the generation after the first look-up of the token.
    fn is_refused_with_the_generation_read_last(&self) -> bool {
        if !self.token.is_never() {
            return self.is_refused();
        }
        let found = self.look_up();
        found.is_some() || self.generation.look_up(&self.token, || found).is_some()
    }
}

/// Runs two readers and a writer at the same time, in every order with at most three preemptions. Afterwards,
/// the token must be refused.
fn readers_and_a_writer(ask: fn(&Revocations) -> bool) {
    let mut orders = loom::model::Builder::new();
    orders.preemption_bound = Some(3);
    orders.check(move || {
        let revocations = Arc::new(Revocations::new());
        let readers = [(); 2].map(|()| {
            let revocations = Arc::clone(&revocations);
            thread::spawn(move || {
                ask(&revocations);
                ask(&revocations);
            })
        });
        revocations.revoke();
        for reader in readers {
            reader.join().unwrap();
        }
        assert!(ask(&revocations), "a revoked token passes");
        assert!(ask(&revocations), "a revoked token passes the second time");
    });
}

#[test]
fn a_token_is_refused_after_a_verification_and_a_revocation_at_the_same_time() {
    readers_and_a_writer(Revocations::is_refused);
}

/// Shows that the test above would find this mistake.
#[test]
#[should_panic(expected = "a revoked token passes")]
fn reading_the_generation_after_the_look_up_lets_a_revoked_token_pass() {
    readers_and_a_writer(Revocations::is_refused_with_the_generation_read_last);
}

/// Sends a request while the log is read for the first time.
fn a_request_and_a_log(passes: fn(&Revocations) -> bool) {
    loom::model(move || {
        let revocations = Arc::new(Revocations::new());
        let request = {
            let revocations = Arc::clone(&revocations);
            thread::spawn(move || {
                assert!(!passes(&revocations), "a revoked token passes");
            })
        };
        revocations.read_log();
        request.join().unwrap();
    });
}

#[test]
fn a_token_in_the_log_never_passes_while_the_log_is_read() {
    a_request_and_a_log(Revocations::passes);
}

/// Shows that the test above would find this mistake.
#[test]
#[should_panic(expected = "a revoked token passes")]
fn asking_the_list_before_the_log_lets_a_revoked_token_pass() {
    a_request_and_a_log(Revocations::passes_with_the_list_asked_first);
}
