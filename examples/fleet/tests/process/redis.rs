//! A Redis server that stops when its test ends.

use std::{
    env,
    io::{Write, stderr},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Whether `redis-server` is installed. If it is not, prints which test is left out, or panics if
/// `LOGTO_REQUIRE_REDIS` is set.
pub(crate) fn is_installed() -> bool {
    let Err(error) = Command::new("redis-server").arg("--version").output() else {
        return true;
    };
    assert!(
        env::var_os("LOGTO_REQUIRE_REDIS").is_none(),
        "redis-server cannot be started: {error}; install redis-server"
    );
    let test = thread::current();
    let test = test.name().unwrap_or("a test");
    // Not with `eprintln!`, which the harness hides if the test passes.
    let _ = writeln!(
        stderr(),
        "left out: {test}, since redis-server cannot be started ({error}); install redis-server"
    );
    false
}

pub(crate) struct Server {
    child: Child,
    folder: TempDir,
}

impl Server {
    /// Starts a server with more options.
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(folder.path().join("redis.sock"))
            .arg("--dir")
            .arg(folder.path())
            .args(options)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, folder };
        let began = Instant::now();
        while !server.socket().exists() {
            let runs = server.child.try_wait().unwrap().is_none();
            assert!(
                runs && began.elapsed() < Duration::from_secs(10),
                "the server must start"
            );
            sleep(Duration::from_millis(5));
        }
        server
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
