//! Turns the failure of a command to the Redis server into an error. The error ends with the fix.

use redis::RedisError;

use super::keys::Keys;
use crate::revocation::log::LogError;

/// A command that failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// An error of the `redis` crate. For example, the server answered with an error, or the connection was
    /// lost.
    Redis(RedisError),
    /// The server can't be used or can't be reached.
    Server(String),
}

impl Failure {
    /// Returns the code of an error that the server answered with, such as `NOPERM`.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Redis(error) => error.code(),
            Self::Server(_) => None,
        }
    }

    /// Whether the command failed because its stream does not exist.
    pub(super) fn is_no_such_key(&self) -> bool {
        match self {
            Self::Redis(error) => error.detail() == Some("no such key"),
            Self::Server(_) => false,
        }
    }

    /// Whether the next command can use the same connection. If not, the address must be looked up again. For
    /// example, a failover may have turned the server into a replica.
    pub(super) fn leaves_connection_usable(&self) -> bool {
        matches!(self.code(), Some("ERR" | "NOPERM" | "WRONGTYPE" | "OOM"))
    }
}

impl From<RedisError> for Failure {
    /// If several commands were sent at once, keeps only the error of the first command that failed. The
    /// common error of all commands lacks some codes, such as `WRONGTYPE`.
    fn from(error: RedisError) -> Self {
        let errors = error.clone().into_server_errors();
        let first = errors.and_then(|errors| Some(errors.first()?.1.clone()));
        Self::Redis(first.map_or(error, RedisError::from))
    }
}

impl Failure {
    /// Returns the error of a read.
    pub(super) fn of_read(self, keys: &Keys) -> LogError {
        LogError::new(self.reason("read", keys))
    }

    /// Returns the error of a write.
    pub(super) fn of_write(self, keys: &Keys) -> LogError {
        let reason = self.reason("written", keys);
        match self.code() {
            Some("NOPERM") => LogError::may_not_write(reason),
            _ => LogError::new(reason),
        }
    }

    fn reason(&self, done: &str, keys: &Keys) -> String {
        let error = match self {
            Self::Server(reason) => return format!("in Redis {reason}"),
            Self::Redis(error) => error,
        };
        let mend = match self.code() {
            _ if error.to_string().contains("refused to switch database") => {
                "give the user the right `+select`, or use the database 0"
            }
            Some("NOPERM") => {
                let elsewhere = match done {
                    "written" => "do this in a process whose user may write, or ",
                    _ => "",
                };
                return format!(
                    "in Redis cannot be {done}: {error}; {elsewhere}give the user the rights listed on \
                     the page about revocation, for the keys {keys}"
                );
            }
            Some("NOAUTH" | "WRONGPASS") => "correct the user and the password in the URL",
            Some("READONLY") => "name the primary server, not one of its replicas",
            Some("WRONGTYPE") => "another program uses the key; set another `log_name`",
            Some("OOM") => "give the server more memory; its `maxmemory` is reached",
            Some("MISCONF") => "see why the server cannot write to its disk",
            Some("MOVED" | "ASK" | "CLUSTERDOWN" | "CROSSSLOT") => {
                "the server is a Redis Cluster, which is not supported; use a single server"
            }
            Some("LOADING") => "the server is starting; wait until it has read its data",
            Some(_) => "see the log of the server",
            None if error.kind() == redis::ErrorKind::AuthenticationFailed => {
                "correct the user and the password in the URL"
            }
            None => {
                "see whether the server runs, whether its address is right, and whether its port speaks \
                 TLS (`rediss://`) or not (`redis://`)"
            }
        };
        format!("in Redis cannot be {done}: {error}; {mend}")
    }
}
