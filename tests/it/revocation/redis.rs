//! The log of a fleet, against a real `redis-server`.
//!
//! A test starts a server of its own on a socket in a temporary folder. Without `redis-server` and
//! `redis-cli` these tests say so and pass, unless `LOGTO_REQUIRE_REDIS` is set.

use std::{
    env, fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use logto_runtime::{
    RedisLog, RejectionCode, Revocation, RevocationLog, RevokeError,
    test_util::{TestTenant, check_revocation_log},
};
use serde_json::json;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, UnixStream},
    sync::watch,
    time::timeout,
};

use super::{
    deliver,
    logs::{Replica, SOON, code, tenant},
};

/// A server that ends with the test.
struct Server {
    child: Child,
    folder: PathBuf,
    append_only: bool,
}

impl Server {
    /// Returns `None`, and prints a line, if there is not a server on this machine.
    fn start(append_only: bool) -> Option<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("logto-redis-{}-{number}", std::process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        match spawn(&folder, append_only) {
            Ok(child) => {
                let server = Self {
                    child,
                    folder,
                    append_only,
                };
                server.wait();
                Some(server)
            }
            Err(error) => {
                let required = env::var_os("LOGTO_REQUIRE_REDIS").is_some();
                assert!(!required, "redis-server cannot be started: {error}");
                println!("left out: redis-server is not installed ({error})");
                None
            }
        }
    }

    fn log(&self) -> RedisLog {
        let socket = self.folder.join("s");
        RedisLog::new(format!("redis+unix://{}", socket.display())).unwrap()
    }

    /// Runs a command with `redis-cli`, and returns what it prints.
    fn command(&self, command: &[&str]) -> String {
        let cli = Command::new("redis-cli")
            .arg("-s")
            .arg(self.folder.join("s"))
            .args(command)
            .output()
            .unwrap();
        String::from_utf8(cli.stdout).unwrap().trim().to_owned()
    }

    fn wait(&self) {
        let started = Instant::now();
        while self.command(&["PING"]) != "PONG" {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "it does not start"
            );
            std::thread::yield_now();
        }
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// Kills the server as a crash does, and starts it again on what is left of its data.
    fn crash_and_restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = spawn(&self.folder, self.append_only).unwrap();
        self.wait();
    }
}

fn spawn(folder: &PathBuf, append_only: bool) -> std::io::Result<Child> {
    Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--unixsocket"])
        .arg(folder.join("s"))
        .args(["--appendonly", if append_only { "yes" } else { "no" }])
        .args(["--appendfsync", "everysec", "--dir"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

macro_rules! server {
    ($append_only:expr) => {
        match Server::start($append_only) {
            Some(server) => server,
            None => return,
        }
    };
}

fn token(tenant: &TestTenant, user: &str) -> String {
    tenant.token().user(user).mint()
}

async fn refused(replica: &Replica, token: &str) -> bool {
    code(replica.verify(token).await) == Some(RejectionCode::Revoked)
}

/// Waits until a replica refuses a token, and returns when it did.
async fn until_refused(replica: &Replica, token: &str) -> Instant {
    let refused = async {
        while !refused(replica, token).await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(5 * SOON, refused).await.expect("it is not refused");
    Instant::now()
}

#[tokio::test]
async fn the_log_of_a_fleet_behaves() {
    let server = server!(true);
    let mut log = server.log();
    log.set_up("suite", Duration::from_secs(3_600));
    check_revocation_log(&log).await.unwrap();
    assert_eq!(
        server.command(&["EXISTS", "{suite}:revoked", "{suite}:receiver"]),
        "2"
    );
}

/// Prints the time from a webhook to the refusal on each of three replicas, with remembered tokens.
#[tokio::test]
async fn a_webhook_reaches_three_replicas_within_two_seconds() {
    let server = server!(true);
    let tenant = tenant();
    let replicas = [(); 3].map(|()| Replica::start(&tenant, server.log()));
    for replica in &replicas {
        replica.revocations.ready().await.unwrap();
    }
    let mut times = Vec::new();
    for round in 0..40 {
        let user = format!("user-{round}");
        let token = token(&tenant, &user);
        for replica in &replicas {
            replica.verify(&token).await.unwrap();
        }
        let event = json!({ "event": "User.Deleted", "params": { "userId": user } });
        let sent = Instant::now();
        assert_eq!(deliver(&replicas[0].revocations, &event).await, 200);
        for replica in &replicas {
            times.push(until_refused(replica, &token).await - sent);
        }
    }
    times.sort();
    let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("from webhook to 401 on three replicas: median {median:?}, p99 {p99:?}");
    assert!(p99 < SOON, "{p99:?}");
}

/// Without an append-only file the server forgets everything. The replicas do not.
#[tokio::test]
async fn a_server_that_is_killed_loses_nothing_that_was_acknowledged() {
    for append_only in [true, false] {
        let mut server = server!(append_only);
        let tenant = tenant();
        let replicas = [(); 3].map(|()| Replica::start(&tenant, server.log()));
        for replica in &replicas {
            replica.revocations.ready().await.unwrap();
        }
        let mut acknowledged = Vec::new();
        for number in 0..60 {
            let user = format!("user-{number}");
            if replicas[number % 3].revoke(&user).await.is_ok() {
                acknowledged.push(token(&tenant, &user));
            }
            if number == 30 {
                // Every replica has what was acknowledged before, since the log is alive.
                until_refused(&replicas[0], acknowledged.last().unwrap()).await;
                until_refused(&replicas[1], acknowledged.last().unwrap()).await;
                until_refused(&replicas[2], acknowledged.last().unwrap()).await;
                server.crash_and_restart();
            }
        }
        assert!(acknowledged.len() > 30, "{}", acknowledged.len());
        let new = Replica::start(&tenant, server.log());
        new.revocations.ready().await.unwrap();
        for replica in replicas.iter().chain([&new]) {
            for token in &acknowledged {
                until_refused(replica, token).await;
            }
        }
    }
}

#[tokio::test]
async fn a_flushed_server_is_filled_again_within_two_seconds() {
    let server = server!(true);
    let tenant = tenant();
    let replicas = [(); 2].map(|()| Replica::start(&tenant, server.log()));
    for replica in &replicas {
        replica.revocations.ready().await.unwrap();
        replica.revoke("alice").await.unwrap();
    }
    let alice = token(&tenant, "alice");
    for replica in &replicas {
        until_refused(replica, &alice).await;
    }
    assert_eq!(server.command(&["FLUSHALL"]), "OK");
    let flushed = Instant::now();
    let keys = || server.command(&["KEYS", "*revoked"]);
    while keys().is_empty() {
        assert!(flushed.elapsed() < 5 * SOON, "it is not filled again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    println!("filled again after {:?}", flushed.elapsed());
    let new = Replica::start(&tenant, server.log());
    new.revocations.ready().await.unwrap();
    assert!(refused(&new, &alice).await);
}

/// Copies between a port and the socket of a server, until it is cut.
async fn proxy(server: &Server) -> (String, Arc<watch::Sender<bool>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("redis://{}", listener.local_addr().unwrap());
    let cut = Arc::new(watch::Sender::new(false));
    let (socket, sender) = (server.folder.join("s"), Arc::clone(&cut));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (socket, mut cut) = (socket.clone(), sender.subscribe());
            tokio::spawn(async move {
                let copy = async {
                    if let Ok(mut server) = UnixStream::connect(socket).await {
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                };
                tokio::select! {
                    () = copy => {}
                    _ = cut.wait_for(|cut| *cut) => {}
                }
            });
        }
    });
    (address, cut)
}

#[tokio::test]
async fn a_replica_that_was_cut_off_hears_of_everything_when_the_network_is_back() {
    let server = server!(true);
    let tenant = tenant();
    let (address, cut) = proxy(&server).await;
    let near = Replica::start(&tenant, server.log());
    let far = Replica::start(&tenant, RedisLog::new(address).unwrap());
    for replica in [&near, &far] {
        replica.revocations.ready().await.unwrap();
    }
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|user| token(&tenant, user));
    near.revoke("alice").await.unwrap();
    until_refused(&far, &alice).await;
    cut.send_replace(true);
    near.revoke("bob").await.unwrap();
    let error = far.revoke("carol").await.unwrap_err();
    assert!(matches!(error, RevokeError::NotLogged(_)), "{error}");
    // Known entries stay, its own are enforced, and what it cannot know passes.
    assert!(refused(&far, &alice).await && refused(&far, &carol).await);
    far.verify(&bob).await.unwrap();
    assert!(far.revocations.health().degraded);
    cut.send_replace(false);
    let mended = Instant::now();
    println!(
        "healed after {:?}",
        until_refused(&far, &bob).await - mended
    );
    until_refused(&near, &carol).await;
}

#[tokio::test]
async fn a_server_that_hangs_does_not_hang_a_revocation() {
    let server = server!(true);
    let tenant = tenant();
    let replica = Replica::start(&tenant, server.log());
    replica.revocations.ready().await.unwrap();
    server.signal("-STOP");
    let started = Instant::now();
    replica.revoke("alice").await.unwrap_err();
    assert!(started.elapsed() < 3 * SOON, "{:?}", started.elapsed());
    let alice = token(&tenant, "alice");
    assert!(refused(&replica, &alice).await);
    server.signal("-CONT");
    let other = Replica::start(&tenant, server.log());
    until_refused(&other, &alice).await;
}

/// The rights that the page on revocation lists for readers and for writers.
#[tokio::test]
async fn a_reader_needs_rights_on_two_keys_only() {
    let server = server!(true);
    let tenant = tenant();
    let reader = [
        "ACL",
        "SETUSER",
        "reader",
        "on",
        ">secret",
        "resetkeys",
        "~{fleet}:*",
        "-@all",
        "+xread",
        "+xrange",
        "+xinfo",
        "+get",
        "+info",
    ];
    assert_eq!(server.command(&reader), "OK");
    let writer = Replica::start(&tenant, server.log().log_name("fleet"));
    writer.revocations.ready().await.unwrap();
    writer.revoke("alice").await.unwrap();
    let socket = server.folder.join("s");
    let url = format!("redis+unix://{}?user=reader&pass=secret", socket.display());
    let log = RedisLog::new(url).unwrap().log_name("fleet");
    assert!(!format!("{log:?}").contains("secret"), "{log:?}");
    let replica = Replica::start(&tenant, log);
    replica.revocations.ready().await.unwrap();
    assert!(refused(&replica, &token(&tenant, "alice")).await);
    let error = replica.revocations.revoke(Revocation::subject("bob")).await;
    assert!(matches!(error, Err(RevokeError::NotLogged(_))), "{error:?}");
}
