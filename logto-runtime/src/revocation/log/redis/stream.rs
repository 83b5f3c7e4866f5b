//! Sends the Redis commands of a revocation log. One key holds the stream of records. Another key holds the
//! newest beat. A beat is a sign of life, mostly of a process that receives webhooks.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use redis::{FromRedisValue, Value, cmd};

use super::{
    address::Address,
    beat::{self, NewestBeat, ServerClock},
    connection::{Commands, Connection},
    entry::{edge, id_of, position_of, record_of, unexpected},
    failure::Failure,
    keys::Keys,
    pair::Pair,
};
use crate::revocation::log::{Head, Logged};

/// The greatest number of records that one read returns.
const PAGE: usize = 5_000;

/// The shortest time for which records are kept.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// If the clocks of the server and of this process differ by more than this, the stream is not trimmed.
const CLOCKS_AGREE: Duration = Duration::from_secs(60);

/// The shortest time between two trims by one process. A process trims only when it appends.
const TRIM_EVERY: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(super) struct Stream {
    address: Arc<Address>,
    keys: Keys,
    keep: Duration,
    /// How long the server keeps a beat. Without a beat, the log counts as new.
    beat_lives: Duration,
    /// The connection that reads records. A read may block it for a second.
    reads: Connection,
    /// The connection for all other commands.
    others: Connection,
    pair: Arc<Pair>,
    newest_beat: Arc<NewestBeat>,
    server_clock: Arc<ServerClock>,
    trimmed_at: Arc<Mutex<Option<Instant>>>,
}

/// An entry of a stream: its id, and a list in which each field is followed by its value.
type Entry = (String, Vec<Vec<u8>>);

impl Stream {
    pub(super) fn new(address: &Arc<Address>) -> Self {
        Self {
            address: Arc::clone(address),
            keys: Keys::default(),
            keep: DAY,
            beat_lives: DAY,
            reads: Connection::new(address),
            others: Connection::new(address),
            pair: Arc::default(),
            newest_beat: Arc::default(),
            server_clock: Arc::default(),
            trimmed_at: Arc::default(),
        }
    }

    pub(super) fn set_up(&mut self, name: &str, keep: Duration) {
        // A clone of this log may be set up for another list. The server runs the commands of a connection in
        // turn, so on a shared connection, one list would wait until the read of the other list ends.
        *self = Self {
            keys: Keys::new(name),
            keep: keep.max(DAY),
            beat_lives: beat::lives(keep),
            ..Self::new(&self.address)
        };
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) async fn append(&self, records: &[String]) -> Result<(), Failure> {
        if records.is_empty() {
            return Ok(());
        }
        let mut below = self.trim_below().await?;
        let mut many = redis::pipe();
        for record in records {
            let command = many.cmd("XADD").arg(&self.keys.revoked);
            if let Some(below) = below.take() {
                command.arg("MINID").arg("~").arg(below);
            }
            command.arg("*").arg("r").arg(record).ignore();
        }
        self.others.run(Commands::Many(many)).await
    }

    /// Asks for the time of the server, and returns the id below which entries are removed. Returns `None` in
    /// two cases:
    ///
    /// - This method has asked for the time less than a minute ago.
    /// - The clocks differ too much. With a wrong clock, entries that are still needed could be removed.
    async fn trim_below(&self) -> Result<Option<u64>, Failure> {
        let trimmed_at = self.trimmed_at();
        if trimmed_at.is_some_and(|at| at.elapsed() < TRIM_EVERY) {
            return Ok(None);
        }
        let server = self.server_time().await?;
        self.set_trimmed_at(Instant::now());
        let ours = SystemTime::now().duration_since(UNIX_EPOCH);
        let ours = ours.unwrap_or_default();
        if server.abs_diff(ours) > CLOCKS_AGREE {
            return Ok(None);
        }
        let below = server.saturating_sub(self.keep).as_millis();
        Ok(u64::try_from(below).ok())
    }

    /// Returns the time since the Unix epoch, by the clock of the server.
    async fn server_time(&self) -> Result<Duration, Failure> {
        let (seconds, micros) = self.others.run(Commands::One(cmd("TIME"))).await?;
        Ok(server_time(seconds, micros))
    }

    fn trimmed_at(&self) -> Option<Instant> {
        *(self.trimmed_at.lock()).unwrap_or_else(PoisonError::into_inner)
    }

    fn set_trimmed_at(&self, at: Instant) {
        *(self.trimmed_at.lock()).unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    /// Returns the records after a position. If there is not yet such a record, waits up to `wait` for one.
    pub(super) async fn read(
        &self,
        position: Option<u128>,
        wait: Duration,
    ) -> Result<Vec<Logged>, Failure> {
        let page: Vec<Entry> = if wait.is_zero() && position == Some(u128::MAX) {
            // No record can have a greater position, and the server would reject this range.
            Vec::new()
        } else if wait.is_zero() {
            let start = position.map_or("-".to_owned(), |after| format!("({}", id_of(after)));
            let mut range = cmd("XRANGE");
            range.arg(&self.keys.revoked).arg(start).arg("+");
            range.arg("COUNT").arg(PAGE);
            self.reads.run(Commands::One(range)).await?
        } else {
            let mut read = cmd("XREAD");
            let wait = u64::try_from(wait.as_millis()).unwrap_or(1_000).max(1);
            read.arg("COUNT").arg(PAGE).arg("BLOCK").arg(wait);
            // Without a position, reads from the start. The id `$` would return only new records, and miss a
            // record that arrives between two reads.
            read.arg("STREAMS").arg(&self.keys.revoked);
            read.arg(id_of(position.unwrap_or(0)));
            let streams: Option<Vec<(String, Vec<Entry>)>> =
                self.reads.run(Commands::One(read)).await?;
            let streams = streams.into_iter().flatten();
            streams.flat_map(|(_, page)| page).collect()
        };
        page.into_iter()
            .map(|(id, fields)| {
                Ok(Logged {
                    position: position_of(&id)?,
                    record: record_of(&fields),
                })
            })
            .collect()
    }

    /// Returns the state of the stream, and the newest beat.
    pub(super) async fn head(&self) -> Result<Head, Failure> {
        let instance = self.pair.instance(&self.reads, &self.others).await?;
        let mut info = cmd("XINFO");
        info.arg("STREAM").arg(&self.keys.revoked);
        let mut get = cmd("GET");
        get.arg(&self.keys.receiver);
        let asks_time = !self.newest_beat.lacks_time();
        // One message, so that a slow network delays the state only once.
        let mut all = redis::pipe();
        all.add_command(info).add_command(get);
        if asks_time {
            all.cmd("TIME");
        }
        let asked_at = Instant::now();
        let mut answers = self.others.run_each(all).await?.into_iter();
        let mut next = || answers.next().unwrap_or_else(|| Err(unexpected("XINFO")));
        let (first, last) = match next() {
            Ok(stream) => (edge(&stream, "first-entry")?, edge(&stream, "last-entry")?),
            Err(failure) if failure.is_no_such_key() => (None, None),
            Err(failure) => return Err(failure),
        };
        let stored: Option<String> = parsed(next()?)?;
        let now = if asks_time {
            self.time_or_warn(next())?
        } else {
            None
        };
        let beat = stored.map(|stored| self.newest_beat.read(stored, now, asked_at));
        Ok(Head {
            first,
            last,
            instance,
            is_new: beat.is_none(),
            beat,
        })
    }

    pub(super) async fn beat(&self, value: &str) -> Result<(), Failure> {
        let instance = self.others.instance().await?;
        let now = match self.server_clock.now(&instance) {
            Some(now) => now,
            None => {
                let now = self.server_time().await?;
                self.server_clock.set(instance, now);
                now
            }
        };
        let mut set = cmd("SET");
        set.arg(&self.keys.receiver).arg(beat::stored(value, now));
        set.arg("EX").arg(self.beat_lives.as_secs());
        self.others.run(Commands::One(set)).await
    }

    /// Returns the time of the server. If the server refuses to tell the time, warns once and returns `None`.
    fn time_or_warn(&self, answer: Result<Value, Failure>) -> Result<Option<Duration>, Failure> {
        match answer {
            Ok(time) => {
                let (seconds, micros) = parsed(time)?;
                Ok(Some(server_time(seconds, micros)))
            }
            // The user lacks the permission `+time`, or the server lacks the command.
            Err(failure) if matches!(failure.code(), Some("NOPERM" | "ERR")) => {
                self.newest_beat.set_lacks_time();
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Returns the age of the beat `value`. Returns `None` if this beat is not the newest one, or if its age
    /// is not known.
    pub(super) fn beat_age(&self, value: &str) -> Option<Duration> {
        self.newest_beat.age(value)
    }
}

fn parsed<T: FromRedisValue>(value: Value) -> Result<T, Failure> {
    redis::from_redis_value(value).map_err(|error| Failure::from(redis::RedisError::from(error)))
}

fn server_time(seconds: u64, micros: u64) -> Duration {
    Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_kept_for_at_least_a_day_and_a_beat_for_half_of_the_given_time() {
        let hours = |hours: u64| Duration::from_secs(hours * 3_600);
        let address = Address::parse("redis://127.0.0.1").unwrap();
        let mut stream = Stream::new(&Arc::new(address));
        for (keep, stays) in [(0, 24), (3, 24), (24, 24), (25, 25), (60, 60)] {
            stream.set_up("name", hours(keep));
            assert_eq!(stream.keep, hours(stays), "{keep}");
            // A beat lives for half of `keep`. This half is the greatest age of an accepted token.
            let lives = (hours(keep) / 2).max(Duration::from_secs(1));
            assert_eq!(stream.beat_lives, lives, "{keep}");
        }
    }
}
