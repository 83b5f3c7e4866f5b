//! [`RedisLog`], the log of a fleet: one stream of a Redis or Valkey server.
//!
//! The stream is trimmed by time only, so it is the log and the snapshot at once. A reader takes it
//! from its start, then follows it from the last position. There is not a second structure that could
//! disagree, and not a gap between the two.

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, Pipeline, RedisError, Value,
    aio::MultiplexedConnection, cmd, from_redis_value,
};
use tokio::sync::Mutex;

use super::{Head, LogError, LogFuture, Logged, RevocationLog};
use crate::config::{ConfigError, without_credentials};

/// How many records are read at a time.
const PAGE: usize = 5_000;

/// How long the server may take to answer, or to accept a connection. A reading that waits for a
/// record takes up to a second of it.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_800);

/// For how long a beat is kept.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// By how much the clocks of the server and of this process may differ for the stream to be trimmed.
const CLOCKS_AGREE: Duration = Duration::from_secs(60);

/// A log in one stream of a Redis or Valkey server (6.2 or newer), for a service with several replicas.
///
/// All replicas and all processes that receive webhooks must name the same server and the same tenant.
/// The keys are `{logto:<hash of the endpoint>}:revoked` and `{logto:<hash of the endpoint>}:receiver`.
///
/// Clones share connections. `rediss://` verifies the certificate of the server with the certificates
/// of the system. A single server is supported, not Sentinel and not Cluster.
#[derive(Clone)]
pub struct RedisLog {
    client: Client,
    name: Option<String>,
    keys: Keys,
    keep: Duration,
    /// Reading may wait in its connection, so nothing else uses that.
    reads: Connection,
    others: Connection,
}

#[derive(Clone, Debug, Default)]
struct Keys {
    revoked: String,
    receiver: String,
}

type Connection = Arc<Mutex<Option<MultiplexedConnection>>>;

/// An entry of a stream: its id, and its fields and values in turn.
type Entry = (String, Vec<Vec<u8>>);

impl RedisLog {
    /// Names the server, such as `rediss://user:password@redis.example.com:6380/0`. Does not connect.
    ///
    /// # Errors
    ///
    /// Fails if this is not a URL of a Redis server.
    pub fn new(url: impl AsRef<str>) -> Result<Self, ConfigError> {
        let url = url.as_ref();
        let client = Client::open(url).map_err(|_| ConfigError::Setting {
            setting: "RedisLog",
            // The query may contain a password, too.
            value: without_credentials(url.split('?').next().unwrap_or_default()),
            problem: "is not a URL of a Redis server; write it like `rediss://redis.example.com:6380`",
        })?;
        Ok(Self {
            client,
            name: None,
            keys: Keys::default(),
            keep: DAY,
            reads: Connection::default(),
            others: Connection::default(),
        })
    }

    /// Replaces the name in the keys, which is derived from the endpoint of the tenant. All processes
    /// must use the same. A new name is a new log: the way out after somebody wrote wrong entries.
    #[must_use]
    pub fn log_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    async fn run<T: FromRedisValue>(
        &self,
        connection: &Connection,
        commands: &Commands,
    ) -> Result<T, RedisError> {
        let mut open = self.open(connection).await?;
        let answer = match commands {
            Commands::One(one) => one.query_async(&mut open).await,
            Commands::Many(many) => many.query_async(&mut open).await,
        };
        if answer
            .as_ref()
            .is_err_and(|error: &RedisError| error.code().is_none())
        {
            // Not an answer of the server: the connection is lost, or the server hangs.
            *connection.lock().await = None;
        }
        answer
    }

    async fn open(&self, connection: &Connection) -> Result<MultiplexedConnection, RedisError> {
        let mut connection = connection.lock().await;
        if let Some(open) = &*connection {
            return Ok(open.clone());
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(ANSWER_WITHIN))
            .set_response_timeout(Some(ANSWER_WITHIN));
        let open = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        *connection = Some(open.clone());
        Ok(open)
    }

    /// Returns the id below which entries may be trimmed, by the clock of the server. `None` while the
    /// clocks disagree, since a clock that is wrong would trim too much.
    async fn trim_below(&self) -> Result<Option<u64>, RedisError> {
        let time: (u64, u64) = self.run(&self.others, &one(cmd("TIME"))).await?;
        let server = Duration::from_secs(time.0) + Duration::from_micros(time.1);
        let ours = SystemTime::now().duration_since(UNIX_EPOCH);
        let ours = ours.unwrap_or_default();
        if server.abs_diff(ours) > CLOCKS_AGREE {
            return Ok(None);
        }
        let below = server.saturating_sub(self.keep).as_millis();
        Ok(u64::try_from(below).ok())
    }

    async fn add(&self, records: &[String]) -> Result<(), RedisError> {
        if records.is_empty() {
            return Ok(());
        }
        let below = self.trim_below().await?;
        let mut many = redis::pipe();
        for record in records {
            let command = many.cmd("XADD").arg(&self.keys.revoked);
            if let Some(below) = below {
                command.arg("MINID").arg("~").arg(below);
            }
            command.arg("*").arg("r").arg(record).ignore();
        }
        self.run(&self.others, &Commands::Many(many)).await
    }

    async fn read(&self, position: Option<&str>, wait: Duration) -> Result<Vec<Entry>, RedisError> {
        let start = position.map_or("-".to_owned(), |after| format!("({after}"));
        let mut range = cmd("XRANGE");
        range.arg(&self.keys.revoked).arg(start).arg("+");
        range.arg("COUNT").arg(PAGE);
        let page: Vec<Entry> = self.run(&self.reads, &one(range)).await?;
        if !page.is_empty() || wait.is_zero() {
            return Ok(page);
        }
        let mut read = cmd("XREAD");
        let wait = u64::try_from(wait.as_millis()).unwrap_or(1_000).max(1);
        read.arg("COUNT").arg(PAGE).arg("BLOCK").arg(wait);
        read.arg("STREAMS").arg(&self.keys.revoked);
        // Never `$`: a record that arrives between two readings would be lost.
        read.arg(position.unwrap_or("0-0"));
        let streams: Option<Vec<(String, Vec<Entry>)>> = self.run(&self.reads, &one(read)).await?;
        Ok(streams
            .into_iter()
            .flatten()
            .flat_map(|(_, page)| page)
            .collect())
    }

    async fn look(&self) -> Result<Head, RedisError> {
        let mut info = cmd("XINFO");
        info.arg("STREAM").arg(&self.keys.revoked);
        let stream: Option<HashMap<String, Value>> = match self.run(&self.others, &one(info)).await
        {
            Ok(stream) => Some(stream),
            Err(error) if error.to_string().contains("no such key") => None,
            Err(error) => return Err(error),
        };
        let last = stream.and_then(|mut stream| {
            let last = stream.remove("last-generated-id")?;
            from_redis_value::<String>(last).ok()
        });
        let mut get = cmd("GET");
        get.arg(&self.keys.receiver);
        let beat: Option<String> = self.run(&self.others, &one(get)).await?;
        let mut server = cmd("INFO");
        server.arg("server");
        let server: Option<String> = match self.run(&self.others, &one(server)).await {
            Ok(text) => Some(text),
            // The user may lack the permission.
            Err(error) if error.code().is_some() => None,
            Err(error) => return Err(error),
        };
        let instance = server.as_deref().and_then(|text| {
            let run = text.lines().find_map(|line| line.strip_prefix("run_id:"))?;
            Some(run.trim().to_owned())
        });
        Ok(Head {
            is_new: last.is_none() && beat.is_none(),
            last,
            instance: instance.unwrap_or_default(),
            beat,
        })
    }
}

enum Commands {
    One(Cmd),
    Many(Pipeline),
}

fn one(command: Cmd) -> Commands {
    Commands::One(command)
}

impl RevocationLog for RedisLog {
    fn set_up(&mut self, name: &str, keep: Duration) {
        let name = self.name.as_deref().unwrap_or(name);
        self.keys = Keys {
            // Braces keep both keys on one node.
            revoked: format!("{{{name}}}:revoked"),
            receiver: format!("{{{name}}}:receiver"),
        };
        self.keep = keep.max(DAY);
    }

    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        Box::pin(async move { self.add(records).await.map_err(|error| failed(&error)) })
    }

    fn read_after<'a>(
        &'a self,
        position: Option<&'a str>,
        wait: Duration,
    ) -> LogFuture<'a, Vec<Logged>> {
        Box::pin(async move {
            let page = self.read(position, wait).await;
            let page = page.map_err(|error| failed(&error))?;
            let logged = page.into_iter().map(|(position, fields)| Logged {
                position,
                record: record_of(&fields),
            });
            Ok(logged.collect())
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move { self.look().await.map_err(|error| failed(&error)) })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async move {
            let mut set = cmd("SET");
            set.arg(&self.keys.receiver).arg(value);
            set.arg("EX").arg(DAY.as_secs());
            let done: Result<(), _> = self.run(&self.others, &one(set)).await;
            done.map_err(|error| failed(&error))
        })
    }
}

/// Returns the value of the field `r`. An entry without it is of an unknown kind.
fn record_of(fields: &[Vec<u8>]) -> String {
    let pairs = fields.chunks_exact(2);
    let value = pairs.into_iter().find(|pair| pair[0] == b"r");
    value.map_or_else(String::new, |pair| {
        String::from_utf8_lossy(&pair[1]).into_owned()
    })
}

fn failed(error: &RedisError) -> LogError {
    LogError::new(format!("can't be reached in Redis: {error}"))
}

impl fmt::Debug for RedisLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLog")
            .field(
                "address",
                &self.client.get_connection_info().addr().to_string(),
            )
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
