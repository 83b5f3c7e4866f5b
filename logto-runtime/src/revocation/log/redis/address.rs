//! Parses the URL of a Redis server.

use std::{fmt, path::PathBuf};

use redis::{ConnectionAddr, IntoConnectionInfo, ProtocolVersion, RedisConnectionInfo};

use crate::config::{ConfigError, without_credentials};

/// A server, and how to log in.
pub(super) struct Address {
    pub(super) place: Place,
    pub(super) login: RedisConnectionInfo,
}

/// Where a server listens.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    Tcp { host: String, port: u16, tls: bool },
    Unix(PathBuf),
}

const NOT_A_URL: &str =
    "is not a URL of a Redis server; write it like `rediss://redis.example.com:6380`";
const ONE_SERVER: &str = "is not the URL of one server; Sentinel and Cluster are not supported, so \
                          write the URL of a single Redis or Valkey server";
const INSECURE: &str = "turns off the verification of the certificate; leave `#insecure` out, and name \
                        the file with the certificate of your CA in the environment variable \
                        SSL_CERT_FILE";

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, ConfigError> {
        let error = |problem| ConfigError::Setting {
            setting: "RedisLog",
            value: shown(url),
            problem,
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| error(NOT_A_URL))?;
        let scheme = scheme.to_ascii_lowercase();
        let servers = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let servers = servers.rsplit('@').next().unwrap_or_default();
        if scheme.contains("sentinel") || scheme.contains("cluster") || servers.contains(',') {
            return Err(error(ONE_SERVER));
        }
        let (plain, tls) = match &*scheme {
            "redis" | "valkey" => ("redis", false),
            "rediss" | "valkeys" => ("redis", true),
            "redis+unix" | "valkey+unix" | "unix" => ("redis+unix", false),
            _ => return Err(error(NOT_A_URL)),
        };
        match rest.split_once('#') {
            Some((_, "insecure")) => return Err(error(INSECURE)),
            Some(_) => return Err(error(NOT_A_URL)),
            None => {}
        }
        let parsed = format!("{plain}://{rest}").into_connection_info();
        let parsed = parsed.map_err(|_| error(NOT_A_URL))?;
        let place = match parsed.addr().clone() {
            ConnectionAddr::Tcp(host, port) => Place::Tcp { host, port, tls },
            ConnectionAddr::Unix(path) => Place::Unix(path),
            _ => return Err(error(NOT_A_URL)),
        };
        // Does not send `CLIENT SETINFO`, because the Redis user would need one more right for this command.
        // Ignores `?protocol=resp3`: in RESP3, some answers have another form.
        let login = (parsed.redis_settings().clone())
            .set_skip_set_lib_name()
            .set_protocol(ProtocolVersion::RESP2);
        Ok(Self { place, login })
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Tcp { host, port, tls } => {
                let scheme = if *tls { "rediss" } else { "redis" };
                write!(f, "{scheme}://{host}:{port}")
            }
            Place::Unix(path) => write!(f, "redis+unix://{}", path.display()),
        }
    }
}

/// Returns a URL for an error message, without the parts that may contain a password. These are the query,
/// the fragment, and the text between the scheme and the last `@`.
fn shown(url: &str) -> String {
    let Some((before, after)) = url.split_once(['?', '#']) else {
        return without_credentials(url);
    };
    if !after.contains('@') {
        return without_credentials(before);
    }
    // A password that was not escaped may contain `?`, `#` and `@`. So only the scheme is safe to show.
    let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
    format!("{scheme}://redacted")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(url: &str) -> String {
        match Address::parse(url) {
            Ok(address) => panic!("{url}: {address:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_scheme_is_parsed() {
        let tcp = |host: &str, port, tls| Place::Tcp {
            host: host.to_owned(),
            port,
            tls,
        };
        for (url, place) in [
            ("redis://r.example.com", tcp("r.example.com", 6_379, false)),
            (
                "REDISS://r.example.com:6380/2",
                tcp("r.example.com", 6_380, true),
            ),
            ("valkey://127.0.0.1", tcp("127.0.0.1", 6_379, false)),
            ("valkeys://[::1]:7000", tcp("::1", 7_000, true)),
            ("redis+unix:///run/redis", Place::Unix("/run/redis".into())),
            ("valkey+unix:///run/redis", Place::Unix("/run/redis".into())),
            ("unix:///run/redis?db=1", Place::Unix("/run/redis".into())),
        ] {
            assert_eq!(Address::parse(url).unwrap().place, place, "{url}");
        }
        let address = Address::parse("rediss://u%40x:p%2Fw@r.example.com/3").unwrap();
        assert_eq!(address.login.username(), Some("u@x"));
        assert_eq!(address.login.password(), Some("p/w"));
        assert_eq!(address.login.db(), 3);
        assert_eq!(format!("{address:?}"), "rediss://r.example.com:6379");
    }

    #[test]
    fn urls_that_turn_verification_off_and_other_unsupported_urls_are_rejected() {
        for (url, expected) in [
            ("redis+sentinel://a:26379/master", ONE_SERVER),
            ("redis-sentinel://a:26379", ONE_SERVER),
            ("rediss+sentinel://a", ONE_SERVER),
            ("redis+cluster://a:7000", ONE_SERVER),
            ("redis://a:7000,b:7000,c:7000", ONE_SERVER),
            ("rediss://user:pw@a:7000,b:7000/0", ONE_SERVER),
            ("rediss://a/#insecure", INSECURE),
            ("rediss://a/#other", NOT_A_URL),
            ("https://a", NOT_A_URL),
            ("redis:a", NOT_A_URL),
            ("a:6379", NOT_A_URL),
            ("", NOT_A_URL),
            ("redis://", NOT_A_URL),
            ("redis://a/db", NOT_A_URL),
            ("redis://a:99999", NOT_A_URL),
            ("redis://0.0.0.0", NOT_A_URL),
        ] {
            let problem = problem(url);
            assert!(problem.contains(expected), "{url}: {problem}");
        }
        // A URL with a comma in its password still names one server.
        Address::parse("redis://user:p,w@a").unwrap();
    }

    #[test]
    fn an_error_does_not_show_a_password() {
        for url in [
            "http://user:secret@a",
            "http://user:sec?secret@a",
            "http://user:sec#secret@a",
            "http://user:x@secret@a",
            "redis+unix:relative?pass=secret",
            "http://a?user=u&pass=x@secret",
            "redis+sentinel://:secret@a?pass=secret",
        ] {
            let problem = problem(url);
            assert!(!problem.contains("sec"), "{url}: {problem}");
        }
    }
}
