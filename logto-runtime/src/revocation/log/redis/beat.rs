//! The text that Redis stores for a beat, and the age of a beat. A beat is the sign of life of a process.
//!
//! A network can delay the command that stores a beat. So the stored text also contains a time: when the
//! process wrote the beat, by the clock of the server. A process learns the time of the server before it
//! writes a beat. So a delayed beat is already old when it is stored.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::telemetry;

/// For how long a process uses the time in the server's last answer. The process adds the time that has
/// passed since that answer.
const ASK_EVERY: Duration = Duration::from_secs(10);

/// The longest time for which the server keeps a beat. Redis rejects a time that ends too far in the future.
/// No beat would then be stored.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Returns how long the server keeps a beat, if the log must keep a record for the time `keep`.
pub(super) fn lives(keep: Duration) -> Duration {
    // `keep` is twice the greatest age of an accepted token. If no beat was written for half of `keep`,
    // webhooks that still matter may have been missed.
    (keep / 2).clamp(Duration::from_secs(1), CENTURY)
}

/// Returns the text that is stored for a beat. `written_at` is a time by the clock of the server.
pub(super) fn stored(value: &str, written_at: Duration) -> String {
    format!("{value} {}", written_at.as_micros())
}

/// Splits a stored text into the beat and its time. If the text does not end with a time, the whole text
/// is the beat.
fn parts(stored: String) -> (String, Option<Duration>) {
    let parts = stored.rsplit_once(' ');
    let parts = parts.and_then(|(value, micros)| Some((value.to_owned(), micros.parse().ok()?)));
    match parts {
        Some((value, micros)) => (value, Some(Duration::from_micros(micros))),
        None => (stored, None),
    }
}

/// The newest beat that was read, and its age.
#[derive(Default)]
pub(super) struct NewestBeat {
    newest: Mutex<Option<Aged>>,
    lacks_time: AtomicBool,
}

struct Aged {
    value: String,
    /// The greatest age that the beat can have had when the server answered.
    age: Duration,
    asked_at: Instant,
}

impl NewestBeat {
    /// Remembers a stored beat if its age is known. Returns the beat without its time. This process asked for
    /// the beat at `asked_at`. `now` is the time in the server's answer; `None` if the server does not tell
    /// the time.
    pub(super) fn read(&self, stored: String, now: Option<Duration>, asked_at: Instant) -> String {
        let (value, written_at) = parts(stored);
        let age = now.zip(written_at);
        *self.newest() = age.map(|(now, written_at)| Aged {
            value: value.clone(),
            age: now.saturating_sub(written_at),
            asked_at,
        });
        value
    }

    /// Returns the greatest age that this beat can have. Returns `None` if the beat is not the newest one, or
    /// if its age is not known.
    pub(super) fn age(&self, value: &str) -> Option<Duration> {
        let newest = self.newest();
        let newest = newest.as_ref().filter(|newest| newest.value == value);
        newest.map(|newest| newest.age.saturating_add(newest.asked_at.elapsed()))
    }

    /// Whether the server has refused to tell the time.
    pub(super) fn lacks_time(&self) -> bool {
        self.lacks_time.load(Ordering::Relaxed)
    }

    /// Notes that the server has refused to tell the time. The first call logs a warning.
    pub(super) fn set_lacks_time(&self) {
        if !self.lacks_time.swap(true, Ordering::Relaxed) {
            telemetry::revocation_beats_without_age();
        }
    }

    fn newest(&self) -> MutexGuard<'_, Option<Aged>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Computes the time of the server from its last answer. The computed time may be too early, but not too
/// late. So a beat can seem older than it is, but not newer.
#[derive(Default)]
pub(super) struct ServerClock(Mutex<Option<Asked>>);

struct Asked {
    /// The run id of the server (the id of one server start).
    instance: String,
    time: Duration,
    answered_at: Instant,
    wall: SystemTime,
}

impl ServerClock {
    /// Returns the time of the server; `None` if the server must be asked. `instance` is the run id of
    /// the server.
    pub(super) fn now(&self, instance: &str) -> Option<Duration> {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = asked.as_ref().filter(|asked| asked.instance == instance)?;
        let passed = asked.answered_at.elapsed();
        // The monotonic clock may stand still while the machine is suspended. So the wall clock counts, too.
        let recent = passed < ASK_EVERY && asked.wall.elapsed().is_ok_and(|it| it < ASK_EVERY);
        recent.then(|| asked.time.saturating_add(passed))
    }

    /// Notes the time that the server has answered just now.
    pub(super) fn set(&self, instance: String, time: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Asked {
            instance,
            time,
            answered_at: Instant::now(),
            wall: SystemTime::now(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const TIME: Duration = Duration::from_micros(1_800_000_000_000_001);

    #[test]
    fn a_beat_lives_for_half_of_the_given_time_but_at_most_a_century() {
        let day = Duration::from_secs(24 * 60 * 60);
        let century = 36_500 * day;
        for (keep, expected) in [
            (Duration::ZERO, SECOND),
            (2 * day, day),
            (2 * century - 2 * day, century - day),
            (2 * century, century),
            (2 * century + 2 * day, century),
            (Duration::MAX, century),
        ] {
            assert_eq!(lives(keep), expected, "{keep:?}");
        }
    }

    #[test]
    fn the_age_of_the_newest_beat_includes_the_time_since_it_was_asked_for() {
        let newest = NewestBeat::default();
        let asked_at = Instant::now() - 2 * SECOND;
        let stored = stored("5f-1", TIME);
        assert_eq!(
            newest.read(stored.clone(), Some(TIME + SECOND), asked_at),
            "5f-1"
        );
        let age = newest.age("5f-1").unwrap();
        assert!((3 * SECOND..60 * SECOND).contains(&age), "{age:?}");
        assert_eq!(newest.age("5f-2"), None);
        // The clock of the server was set back.
        newest.read(stored.clone(), Some(TIME - 60 * SECOND), asked_at);
        assert!(newest.age("5f-1") >= Some(2 * SECOND));
        newest.read(stored, None, asked_at);
        assert_eq!(newest.age("5f-1"), None);
        for without_time in ["5f-2", "5f-2 soon", "", " ", "5f-2 -1"] {
            let value = newest.read(without_time.to_owned(), Some(TIME), asked_at);
            assert_eq!((&*value, newest.age(&value)), (without_time, None));
        }
    }

    #[test]
    fn the_time_of_a_server_is_asked_for_again_after_ten_seconds_and_after_its_restart() {
        let clock = ServerClock::default();
        assert_eq!(clock.now("run"), None);
        clock.set("run".to_owned(), TIME);
        let now = clock.now("run").unwrap();
        assert!((TIME..TIME + ASK_EVERY).contains(&now), "{now:?}");
        assert_eq!(clock.now("another run"), None);
        let pause = |clock: &ServerClock, monotonic: Duration, wall: Duration| {
            let mut asked = clock.0.lock().unwrap();
            let asked = asked.as_mut().unwrap();
            asked.answered_at -= monotonic;
            asked.wall -= wall;
        };
        for (monotonic, wall) in [(ASK_EVERY, Duration::ZERO), (Duration::ZERO, ASK_EVERY)] {
            clock.set("run".to_owned(), TIME);
            pause(&clock, monotonic, wall);
            assert_eq!(clock.now("run"), None, "{monotonic:?} {wall:?}");
        }
    }
}
