//! The Redis server of the demonstration.

use std::{
    io,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    net::UnixStream,
    process::{Child, Command},
    time::sleep,
};

const INSTALL: &str = "install it (Debian and Ubuntu: `sudo apt-get install redis-server`; macOS: \
                       `brew install redis`), or set REDIS_URL to a server that runs";

/// Starts a server that has its data and its socket in this folder. Other machines can't reach the server.
///
/// Returns the process and the address of the server. The server stops when the `Child` is dropped.
pub(crate) async fn start(folder: &Path) -> Result<(Child, String), String> {
    let socket = folder.join("redis.sock");
    let started = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--unixsocket"])
        .arg(&socket)
        // Without the append-only file, a crash of the server would lose all records.
        .args(["--appendonly", "yes", "--dir"])
        .arg(folder)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let server = started.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("redis-server is not installed; {INSTALL}"),
        _ => format!("redis-server does not start: {error}; set REDIS_URL to a server that runs"),
    })?;
    let began = Instant::now();
    while UnixStream::connect(&socket).await.is_err() {
        if began.elapsed() > Duration::from_secs(10) {
            return Err("redis-server does not answer; set REDIS_URL to a server that runs".into());
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok((server, format!("redis+unix://{}", socket.display())))
}
