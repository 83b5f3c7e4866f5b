//! A Redis server that stops when its test ends.

use std::{
    env,
    io::{self, Read, Write, stderr},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::{self, sleep},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Whether `redis-server` is installed. If it is not, prints which test is left out. If `LOGTO_REQUIRE_REDIS`
/// is set, panics instead.
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
    // The harness hides the output of `eprintln!` if the test passes.
    let _ = writeln!(
        stderr(),
        "left out: {test}, since redis-server cannot be started ({error}); install redis-server"
    );
    false
}

pub(crate) struct Server {
    child: Child,
    folder: TempDir,
    options: Vec<String>,
}

impl Server {
    /// Starts a server with these additional options.
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options: Vec<_> = options.iter().map(|&it| it.to_owned()).collect();
        let mut server = Self {
            child: spawn(&folder, &options),
            folder,
            options,
        };
        server.until_it_answers();
        server
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }

    /// Runs a command, and returns the answer in the protocol of Redis.
    pub(crate) fn command(&self, command: &str) -> io::Result<String> {
        let mut stream = UnixStream::connect(self.socket())?;
        stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts the server again with the data in its folder. Waits until it answers.
    pub(crate) fn restart(&mut self) {
        self.child = spawn(&self.folder, &self.options);
        self.until_it_answers();
    }

    fn until_it_answers(&mut self) {
        let began = Instant::now();
        while !self.command("PING").is_ok_and(|it| it.starts_with("+PONG")) {
            let runs = self.child.try_wait().unwrap().is_none();
            assert!(
                runs && began.elapsed() < Duration::from_secs(10),
                "the server must start"
            );
            sleep(Duration::from_millis(2));
        }
    }
}

fn spawn(folder: &TempDir, options: &[String]) -> Child {
    Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--unixsocket"])
        .arg(folder.path().join("redis.sock"))
        .arg("--dir")
        .arg(folder.path())
        .args(options)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
