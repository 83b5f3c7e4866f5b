//! A beat as it is stored: with the time of the server when it was written.
//!
//! A network can hold the command back that stores a beat. So the process that beats asks the server for the time
//! first. A beat that is stored late then shows its age, by the clock of the server.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::telemetry;

/// The newest beat that was read, and when it was written.
#[derive(Default)]
pub(super) struct NewestBeat {
    newest: Mutex<Option<(String, Duration)>>,
    /// Whether this process has warned that it has no right to ask for the time.
    warned: AtomicBool,
}

impl NewestBeat {
    /// Remembers a stored beat, and returns its value.
    pub(super) fn read(&self, stored: String) -> String {
        let parts = stored.rsplit_once(' ');
        let parts =
            parts.and_then(|(value, micros)| Some((value.to_owned(), micros.parse().ok()?)));
        let (value, newest) = match parts {
            Some((value, micros)) => {
                let written_at = Duration::from_micros(micros);
                (value.clone(), Some((value, written_at)))
            }
            None => (stored, None),
        };
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = newest;
        value
    }

    /// Returns when this beat was written; `None` if it is not the newest one, or if its time is not known.
    pub(super) fn written_at(&self, value: &str) -> Option<Duration> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = newest.as_ref().filter(|(newest, _)| newest == value);
        newest.map(|(_, written_at)| *written_at)
    }

    /// Warns once that this process has no right to ask the server for the time.
    pub(super) fn warn_without_right(&self) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            telemetry::revocation_beats_without_age();
        }
    }
}

/// Returns what to store for a beat that is written at this time of the server.
pub(super) fn stored(value: &str, written_at: Duration) -> String {
    format!("{value} {}", written_at.as_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_beat_has_a_time_if_it_was_stored_with_one() {
        let time = Duration::from_micros(1_800_000_000_000_001);
        let newest = NewestBeat::default();
        assert_eq!(newest.read(stored("5f-1", time)), "5f-1");
        assert_eq!(newest.written_at("5f-1"), Some(time));
        assert_eq!(newest.written_at("5f-2"), None);
        for without_time in ["5f-2", "5f-2 soon", "", " ", "5f-2 -1"] {
            assert_eq!(newest.read(without_time.to_owned()), without_time);
            assert_eq!(newest.written_at(without_time), None, "{without_time:?}");
        }
    }
}
