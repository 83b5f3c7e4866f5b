//! Connects to the Redis server when the first command is sent, and again after a failure.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Cmd, FromRedisValue, Pipeline, RedisResult, Value,
    aio::MultiplexedConnection, cmd,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Mutex,
    task::AbortHandle,
    time::timeout,
};

use super::{
    address::{Address, Place},
    failure::Failure,
    tls,
};

/// How long the server may take to answer, or to accept a connection. A read that waits up to a second for a
/// record must end within this time too. It is less than `CALL_WITHIN`, so that a late answer fails here, and
/// the connection is closed.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_800);

/// The oldest version of Redis with exclusive ranges (`XRANGE (`) and with `XADD … MINID`.
const OLDEST: (u32, u32) = (6, 2);

/// The prefix of a made-up run id (the id of one server start), for a server that does not tell its own.
const UNKNOWN: &str = "unknown-";

/// A connection that clones share. It is opened at the first command, and again after a failure.
#[derive(Clone)]
pub(super) struct Connection {
    address: Arc<Address>,
    open: Arc<Mutex<Option<Arc<Open>>>>,
}

/// A command, or several that are sent at once.
pub(super) enum Commands {
    One(Cmd),
    Many(Pipeline),
}

struct Open {
    commands: MultiplexedConnection,
    instance: String,
    driver: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Connection {
    pub(super) fn new(address: &Arc<Address>) -> Self {
        Self {
            address: Arc::clone(address),
            open: Arc::default(),
        }
    }

    /// Runs commands, and returns their result.
    pub(super) async fn run<T: FromRedisValue>(&self, commands: Commands) -> Result<T, Failure> {
        let open = self.open().await?;
        let mut connection = open.commands.clone();
        let answer = match commands {
            Commands::One(one) => one.query_async(&mut connection).await,
            Commands::Many(many) => many.query_async(&mut connection).await,
        };
        let answer = answer.map_err(Failure::from);
        self.close_after(answer.as_ref().err(), &open).await;
        answer
    }

    /// Runs several commands that are sent at once, and returns the result of each.
    pub(super) async fn run_each(
        &self,
        mut commands: Pipeline,
    ) -> Result<Vec<Result<Value, Failure>>, Failure> {
        let open = self.open().await?;
        let mut connection = open.commands.clone();
        let answers = commands.ignore_errors().query_async(&mut connection).await;
        let answers: Result<Vec<RedisResult<Value>>, _> = answers.map_err(Failure::from);
        self.close_after(answers.as_ref().err(), &open).await;
        let answers: Vec<_> = { answers?.into_iter() }
            .map(|answer| answer.map_err(Failure::from))
            .collect();
        for failure in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            self.close_after(Some(failure), &open).await;
        }
        Ok(answers)
    }

    /// Closes the connection if this failure makes it unusable. Does nothing if another command has closed it
    /// already.
    async fn close_after(&self, failure: Option<&Failure>, open: &Arc<Open>) {
        if failure.is_some_and(|failure| !failure.leaves_connection_usable()) {
            let mut current = self.open.lock().await;
            if current.as_ref().is_some_and(|it| Arc::ptr_eq(it, open)) {
                *current = None;
            }
        }
    }

    /// Returns the run id of the server, or a made-up one if the server does not tell its own. The server
    /// gets a new run id at each start. The id is read once per connection, because a restart ends the
    /// connection.
    pub(super) async fn instance(&self) -> Result<String, Failure> {
        Ok(self.open().await?.instance.clone())
    }

    /// Closes the connection. The next command opens it again. By then, the address may lead to another
    /// server.
    pub(super) async fn close(&self) {
        *self.open.lock().await = None;
    }

    async fn open(&self) -> Result<Arc<Open>, Failure> {
        let mut current = self.open.lock().await;
        if let Some(open) = &*current {
            return Ok(Arc::clone(open));
        }
        let opened = timeout(ANSWER_WITHIN, connect(&self.address)).await;
        let opened = opened.unwrap_or_else(|_| Err(late(&self.address.place)))?;
        let opened = Arc::new(opened);
        *current = Some(Arc::clone(&opened));
        Ok(opened)
    }
}

async fn connect(address: &Address) -> Result<Open, Failure> {
    match &address.place {
        Place::Tcp { host, port, tls } => {
            let stream = TcpStream::connect((&**host, *port)).await;
            let stream = stream.map_err(|error| unreachable(&error.to_string()))?;
            // Sends a small command at once, instead of waiting for more data.
            let _ = stream.set_nodelay(true);
            if !tls {
                return greet(address, stream).await;
            }
            let stream = tls::start(stream, host).await.map_err(|error| {
                Failure::Server(format!(
                    "cannot be trusted: {error}; see whether this port speaks TLS, and whether the \
                     certificate of the server is for this host; for a CA of your own, name the file \
                     with its certificate in SSL_CERT_FILE"
                ))
            })?;
            greet(address, stream).await
        }
        #[cfg(unix)]
        Place::Unix(path) => {
            let stream = tokio::net::UnixStream::connect(path).await;
            let stream = stream.map_err(|error| unreachable(&error.to_string()))?;
            greet(address, stream).await
        }
        #[cfg(not(unix))]
        Place::Unix(_) => Err(unreachable("this system does not have Unix sockets")),
    }
}

fn late(place: &Place) -> Failure {
    match place {
        Place::Tcp { tls: true, .. } => Failure::Server(
            "can't be reached: it did not answer in time; see whether the server runs, whether its \
             address is right, and whether it speaks TLS at this port"
                .to_owned(),
        ),
        _ => unreachable("did not answer in time"),
    }
}

fn unreachable(reason: &str) -> Failure {
    Failure::Server(format!(
        "can't be reached: {reason}; see whether the server runs, and whether its address is right"
    ))
}

/// Logs in. Checks the kind and the version of the server, if the Redis user may read them.
async fn greet<S>(address: &Address, stream: S) -> Result<Open, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(ANSWER_WITHIN));
    let (mut commands, driver) =
        MultiplexedConnection::new_with_config(&address.login, stream, config).await?;
    let driver = tokio::spawn(driver).abort_handle();
    let mut info = cmd("INFO");
    info.arg("server");
    let info: Option<String> = match info.query_async(&mut commands).await {
        Ok(text) => Some(text),
        // The user lacks the right `+info`, which is optional.
        Err(error) if error.code() == Some("NOPERM") => None,
        Err(error) => {
            driver.abort();
            return Err(error.into());
        }
    };
    let instance = info.as_deref().map_or_else(|| Ok(unknown_run()), run_of);
    match instance {
        Ok(instance) => Ok(Open {
            commands,
            instance,
            driver,
        }),
        Err(problem) => {
            driver.abort();
            Err(Failure::Server(problem))
        }
    }
}

/// Makes up a run id, for a server that does not tell its own. Each connection gets a different run id, so
/// the whole log is read again after each new connection.
fn unknown_run() -> String {
    format!("{UNKNOWN}{:016x}", RandomState::new().hash_one(0_u8))
}

pub(super) fn is_unknown(instance: &str) -> bool {
    instance.starts_with(UNKNOWN)
}

/// Returns the run id from the section `server` of `INFO`, or a made-up one if the section lacks it. Fails if
/// the server is a Cluster, a Sentinel or too old.
fn run_of(info: &str) -> Result<String, String> {
    let field = |name: &str| {
        let value = info.lines().find_map(|line| line.strip_prefix(name));
        value
            .and_then(|value| value.strip_prefix(':'))
            .map(str::trim)
    };
    // Valkey calls this field `server_mode`.
    match field("redis_mode").or(field("server_mode")) {
        Some("cluster") => {
            return Err(
                "is a Redis Cluster, which is not supported; use a single server".to_owned(),
            );
        }
        Some("sentinel") => {
            return Err(
                "is a Sentinel, which is not supported; name the primary server that it watches"
                    .to_owned(),
            );
        }
        _ => {}
    }
    let version = field("redis_version").unwrap_or_default();
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let version_pair = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if version_pair < OLDEST {
        return Err(format!(
            "has the version {version:?}, which is too old; use Redis 6.2 or newer, or Valkey"
        ));
    }
    Ok(field("run_id").map_or_else(unknown_run, str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::run_of;

    #[test]
    fn the_error_for_an_unusable_server_says_what_to_use_instead() {
        let info_with = |field: &str, mode, version| {
            format!("# Server\r\nredis_version:{version}\r\n{field}:{mode}\r\nrun_id:0123abcd\r\n")
        };
        let info = |mode, version| info_with("redis_mode", mode, version);
        for version in ["6.2.0", "7.0.15", "7.2.4", "10.0.0"] {
            assert_eq!(run_of(&info("standalone", version)).unwrap(), "0123abcd");
        }
        for (mode, version, expected) in [
            ("cluster", "7.0.15", "use a single server"),
            ("sentinel", "7.0.15", "name the primary server"),
            ("standalone", "6.0.16", "use Redis 6.2 or newer"),
            ("standalone", "5.0.3", "use Redis 6.2 or newer"),
            ("standalone", "", "use Redis 6.2 or newer"),
        ] {
            for field in ["redis_mode", "server_mode"] {
                let error = run_of(&info_with(field, mode, version)).unwrap_err();
                assert!(
                    error.contains(expected),
                    "{field} {mode} {version}: {error}"
                );
            }
        }
        // Without a `run_id`, each call makes up a new one.
        assert_ne!(run_of("redis_version:7.0.0"), run_of("redis_version:7.0.0"));
    }
}
