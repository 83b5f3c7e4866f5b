//! Redis servers that cannot be used: the error says what to do.

use std::time::Duration;

use logto_runtime::{RedisLog, RevocationLog};

use super::server::{Server, machine};

#[tokio::test]
async fn the_error_about_an_unusable_server_says_what_to_do() {
    let Some(machine) = machine().await else {
        return;
    };
    let standalone = machine.server();
    let cluster = machine.server_with(&["--cluster-enabled", "yes"]);
    let sentinel = machine.server_with(&["--sentinel"]);
    let taken = machine.server();
    taken.command(&["SET", "{n}:revoked", "text"]);
    let locked = machine.server_with(&["--requirepass", "secret"]);
    let gone = standalone.folder.join("nothing-here");
    let with = |server: &Server, login: &str| format!("{}?{login}", server.url());
    for (url, expected) in [
        (
            cluster.url(),
            "is a Redis Cluster, which is not supported; use a single server",
        ),
        (
            sentinel.url(),
            "is a Sentinel, which is not supported; name the primary server",
        ),
        (
            taken.url(),
            "another program uses the key; set another `log_name`",
        ),
        (locked.url(), "correct the user and the password in the URL"),
        (
            with(&locked, "pass=mistaken"),
            "correct the user and the password in the URL",
        ),
        (
            format!("redis+unix://{}", gone.display()),
            "see whether the server runs",
        ),
        (
            "redis://127.0.0.1:1".to_owned(),
            "see whether the server runs",
        ),
        (
            "redis://redis.invalid".to_owned(),
            "see whether the server runs",
        ),
    ] {
        let mut log = RedisLog::new(&url).unwrap().log_name("n");
        log.set_up("", Duration::from_secs(3_600));
        let error = log.read_after(None, Duration::ZERO).await.unwrap_err();
        let error = error.to_string();
        assert!(error.contains(expected), "{url}: {error}");
        assert!(!error.contains("mistaken"), "{url}: {error}");
    }
}
