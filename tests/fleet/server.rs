//! A Redis server that stops when its test ends.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use logto_runtime::RedisLog;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The greatest number of tests that may use servers at the same time.
const BESIDE: u32 = 8;

/// The right to start servers on this machine.
pub(super) struct Machine {
    _turn: SemaphorePermit<'static>,
}

/// Waits for the right to start servers. Up to eight tests can have this right at the same time. If
/// `redis-server` or `redis-cli` is missing, prints a line and returns `None`. With `LOGTO_REQUIRE_REDIS`,
/// panics instead.
pub(super) async fn machine() -> Option<Machine> {
    turns(1).await
}

/// Does the same as [`machine`], but no other test has the right at the same time. Tests that measure times
/// or keep the processors busy call this function.
pub(super) async fn whole_machine() -> Option<Machine> {
    turns(BESIDE).await
}

async fn turns(count: u32) -> Option<Machine> {
    static TURNS: Semaphore = Semaphore::const_new(BESIDE as usize);
    if !has_redis() {
        return None;
    }
    Some(Machine {
        _turn: TURNS.acquire_many(count).await.unwrap(),
    })
}

fn has_redis() -> bool {
    for program in ["redis-server", "redis-cli"] {
        let found = Command::new(program).arg("--version").output();
        if let Err(error) = found {
            let required = env::var_os("LOGTO_REQUIRE_REDIS").is_some();
            assert!(
                !required,
                "{program} cannot be started: {error}; install Redis"
            );
            let test = thread::current();
            let test = test.name().unwrap_or("a test");
            report!(
                "left out: {test}, because {program} cannot be started ({error}); install Redis"
            );
            return false;
        }
    }
    true
}

impl Machine {
    /// Starts a server that writes every record to an append-only file.
    pub(super) fn server(&self) -> Server {
        self.server_with(&["--appendonly", "yes"])
    }

    pub(super) fn server_with(&self, options: &[&str]) -> Server {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("logto-redis-{}-{number}", std::process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let options: Vec<_> = options.iter().map(|&it| it.to_owned()).collect();
        let server = Server {
            child: spawn(&folder, &options),
            folder,
            options,
        };
        server.until_it_answers();
        server
    }
}

pub(super) struct Server {
    child: Child,
    pub(super) folder: PathBuf,
    options: Vec<String>,
}

impl Server {
    pub(super) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    pub(super) fn log(&self) -> RedisLog {
        RedisLog::new(self.url()).unwrap()
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    /// Runs a command with `redis-cli`, and returns what it prints.
    pub(super) fn command(&self, command: &[&str]) -> String {
        let cli = Command::new("redis-cli")
            .arg("-s")
            .arg(self.socket())
            .args(command)
            .output()
            .unwrap();
        String::from_utf8(cli.stdout).unwrap().trim().to_owned()
    }

    /// Returns the key of the stream of revocations. There must be exactly one such stream.
    pub(super) fn key(&self) -> String {
        let keys = self.command(&["KEYS", "*:revoked"]);
        assert!(keys.starts_with('{') && !keys.contains('\n'), "{keys}");
        keys
    }

    pub(super) fn records(&self) -> usize {
        match self.command(&["KEYS", "*:revoked"]) {
            none if none.is_empty() => 0,
            key => self.command(&["XLEN", &key]).parse().unwrap(),
        }
    }

    pub(super) fn signal(&self, signal: &str) {
        send(self.child.id(), signal);
    }

    /// Kills the server without a shutdown, like a crash.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again with the data in its folder. Returns the time when the server answered.
    pub(super) fn restart(&mut self) -> Instant {
        self.child = spawn(&self.folder, &self.options);
        self.until_it_answers();
        Instant::now()
    }

    fn until_it_answers(&self) {
        let started = Instant::now();
        while !["PONG", "NOAUTH Authentication required."].contains(&&*self.command(&["PING"])) {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "the server does not start"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Sends a signal, such as `-STOP`, to a process that this test has started.
pub(super) fn send(pid: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &pid.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

fn spawn(folder: &Path, options: &[String]) -> Child {
    // A Sentinel needs a file of settings that it can write to.
    let settings = folder.join("redis.conf");
    fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&settings)
        .unwrap();
    Command::new("redis-server")
        .arg(settings)
        .args(["--port", "0", "--save", "", "--unixsocket"])
        .arg(folder.join("s"))
        .args(["--appendfsync", "everysec", "--dir"])
        .arg(folder)
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
