//! Makes the two connections of a [`RedisLog`](super::RedisLog) lead to the same server.
//!
//! After a failover, one connection may lead to the new primary, while the other one still leads to the old
//! primary. Without this file, the other connection would read old records, or an old beat (sign of life of a
//! process), until the old primary stops.

use std::sync::{Mutex, PoisonError};

use super::{
    connection::{Connection, is_unknown},
    failure::Failure,
};

/// For each connection, the run id of its server after the last successful call of
/// [`instance`](Self::instance). A server gets a new run id at each start.
#[derive(Default)]
pub(super) struct Pair(Mutex<Option<[String; 2]>>);

impl Pair {
    /// First closes the connections that may lead to an old server, and opens them again. Then returns the
    /// run id of the server of `others`.
    pub(super) async fn instance(
        &self,
        reads: &Connection,
        others: &Connection,
    ) -> Result<String, Failure> {
        let runs = [reads.instance().await?, others.instance().await?];
        let [old_reads, old_others] = self.old(&runs);
        if old_reads {
            reads.close().await;
        }
        if old_others {
            others.close().await;
        }
        let runs = [reads.instance().await?, others.instance().await?];
        let [_, instance] = &runs;
        let instance = instance.clone();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(runs);
        Ok(instance)
    }

    /// Returns which of the two connections may lead to an old server.
    fn old(&self, runs: &[String; 2]) -> [bool; 2] {
        let known = !runs.iter().any(|run| is_unknown(run));
        if known {
            // If the ids differ, one of the servers is old. Nothing shows which one, so both count as old.
            return [runs[0] != runs[1]; 2];
        }
        // If a server does not tell its run id, a connection makes up a new id each time that it is opened.
        // So a changed id shows that the connection was opened again. If only one connection was opened
        // again, the other one may lead to an old server.
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(before) = &*before else {
            return [false; 2];
        };
        let opened_again = [before[0] != runs[0], before[1] != runs[1]];
        match opened_again {
            [true, false] => [false, true],
            [false, true] => [true, false],
            _ => [false; 2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_old_if_known_runs_differ_or_only_the_other_one_was_opened_again() {
        let runs = |reads: &str, others: &str| [reads.to_owned(), others.to_owned()];
        for (before, now, old) in [
            (None, runs("a", "a"), [false; 2]),
            (None, runs("a", "b"), [true; 2]),
            (None, runs("unknown-1", "unknown-2"), [false; 2]),
            (Some(runs("a", "a")), runs("b", "b"), [false; 2]),
            (Some(runs("a", "a")), runs("a", "b"), [true; 2]),
            (
                Some(runs("unknown-1", "unknown-2")),
                runs("unknown-1", "unknown-2"),
                [false; 2],
            ),
            (
                Some(runs("unknown-1", "unknown-2")),
                runs("unknown-3", "unknown-2"),
                [false, true],
            ),
            (
                Some(runs("unknown-1", "unknown-2")),
                runs("unknown-1", "unknown-3"),
                [true, false],
            ),
            (
                Some(runs("unknown-1", "unknown-2")),
                runs("unknown-3", "unknown-4"),
                [false; 2],
            ),
        ] {
            let pair = Pair(Mutex::new(before.clone()));
            assert_eq!(pair.old(&now), old, "{before:?} {now:?}");
        }
    }
}
